// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.recipes;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.AttributeChanges;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.Created;
import org.fdstorefs.fuse.DirectoryFiller;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.FuseFileSystem;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.Opened;
import org.fdstorefs.fuse.Request;
import org.fdstorefs.fuse.server.RecoverableServer;

/** The files of one directory, shown at another place: make, write, read, truncate, list, remove. */
public final class FlatFiles implements FuseFileSystem {
    private static final long ROOT = 1;
    private static final int O_EXCL = 0200;
    private static final long WAS_ABSENT = 1;
    private static final long WAS_THERE = 2;

    private final Path home;

    public FlatFiles(Path home) {
        this.home = home;
    }

    /** Start it as often as you like, and kill what you like: FlatFiles HOME STORE MOUNT. */
    public static void main(String[] args) throws IOException, InterruptedException {
        RecoverableServer.of(new FlatFiles(Path.of(args[0])))
                .store(Path.of(args[1]))
                .mount(Path.of(args[2]))
                .workers(4)
                .run();
    }

    /** A server for another directory must not answer for this one. */
    @Override
    public Identity identity() {
        return Identity.of("flat-files").with("home", home);
    }

    @Override
    public Entry lookup(Request request, Bytes name) throws IOException {
        return entry(home.resolve(name.toString()));
    }

    @Override
    public Attributes getAttributes(Request request) throws IOException {
        return attributes(file(request.nodeId()));
    }

    /** May be done twice: the second time changes nothing. */
    @Override
    public Attributes setAttributes(Request request, AttributeChanges changes) throws IOException {
        Path file = file(request.nodeId());
        if (changes.size().isPresent()) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                long size = changes.size().getAsLong();
                if (channel.size() < size) {
                    channel.write(ByteBuffer.allocate(1), size - 1);
                }
                channel.truncate(size);
            }
        }
        return attributes(file);
    }

    /** Must not be done twice. So: look, leave a note of what was seen, and only then act. */
    @Override
    public Created create(Request request, Bytes name, int mode, int flags) throws IOException {
        Path file = home.resolve(name.toString());
        if (wasThere(request, file) && (flags & O_EXCL) != 0) {
            throw new FuseException(Errno.EEXIST);
        }
        if (!Files.exists(file)) {
            Files.createFile(file); // else it was there, or a server before this one has made it
        }
        return new Created(entry(file), Opened.STATELESS);
    }

    /** As above. */
    @Override
    public void unlink(Request request, Bytes name) throws IOException {
        Path file = home.resolve(name.toString());
        boolean wasThere = wasThere(request, file);
        if (!Files.deleteIfExists(file) && !wasThere) {
            throw new FuseException(Errno.ENOENT);
        }
    }

    /** Whether the file was there before any server acted on the request; to be asked before acting. */
    private static boolean wasThere(Request request, Path file) {
        if (request.memo() == 0) {
            request.memo(Files.exists(file) ? WAS_THERE : WAS_ABSENT);
        }
        return request.memo() == WAS_THERE;
    }

    /** Nothing to remember about an open file: a handle would mean nothing to the next server. */
    @Override
    public Opened open(Request request, int flags) {
        return Opened.STATELESS;
    }

    @Override
    public void read(Request request, long handle, long offset, ByteBuffer to) throws IOException {
        try (FileChannel channel = FileChannel.open(file(request.nodeId()))) {
            int start = to.position();
            while (to.hasRemaining() && channel.read(to, offset + to.position() - start) > 0) {}
        }
    }

    @Override
    public int write(Request request, long handle, long offset, ByteBuffer from) throws IOException {
        try (FileChannel channel = FileChannel.open(file(request.nodeId()), StandardOpenOption.WRITE)) {
            return channel.write(from, offset);
        }
    }

    /** The offset of a name is its inode number, which means the same to every server. */
    @Override
    public void readDirectory(Request request, long handle, long offset, DirectoryFiller filler) throws IOException {
        for (Map.Entry<Long, Path> entry : byInode().tailMap(offset, false).entrySet()) {
            Bytes name = Bytes.of(entry.getValue().getFileName().toString());
            if (!filler.add(name, entry.getKey(), Attributes.REGULAR, entry.getKey())) {
                return;
            }
        }
    }

    /** A node id is an inode number: so this server knows those that another one gave out. */
    private Path file(long nodeId) throws IOException {
        if (nodeId == ROOT) {
            return home;
        }
        Path file = byInode().get(nodeId);
        if (file == null) {
            throw new FuseException(Errno.ESTALE);
        }
        return file;
    }

    private NavigableMap<Long, Path> byInode() throws IOException {
        NavigableMap<Long, Path> byInode = new TreeMap<>();
        try (Stream<Path> files = Files.list(home)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                byInode.put(inode(file), file);
            }
        }
        return byInode;
    }

    private static long inode(Path file) throws IOException {
        return (Long) Files.getAttribute(file, "unix:ino");
    }

    private static Entry entry(Path file) throws IOException {
        return new Entry(inode(file), 0, attributes(file));
    }

    private static Attributes attributes(Path file) throws IOException {
        Map<String, Object> stat = Files.readAttributes(file, "unix:*");
        return Attributes.builder(number(stat, "ino"), (int) number(stat, "mode"))
                .size(number(stat, "size"))
                .accessed(time(stat, "lastAccessTime"))
                .modified(time(stat, "lastModifiedTime"))
                .changed(time(stat, "ctime"))
                .links((int) number(stat, "nlink"))
                .uid((int) number(stat, "uid"))
                .gid((int) number(stat, "gid"))
                .build();
    }

    private static long number(Map<String, Object> stat, String name) {
        return ((Number) requireNonNull(stat.get(name))).longValue();
    }

    private static Instant time(Map<String, Object> stat, String name) {
        return ((FileTime) requireNonNull(stat.get(name))).toInstant();
    }
}
