// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.AttributeChanges;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.Request;
import org.fdstorefs.fuse.Usage;

/** Asks a mirror file system as the kernel would, each time with a new request. */
final class Mirror implements AutoCloseable {
    private final Path source;
    private final MirrorFileSystem files;
    private final KnownNodes known;
    private boolean begun;
    private final int uid;
    private final int gid;

    Mirror(Path source) throws IOException, FuseException {
        this.source = source;
        this.files = new MirrorFileSystem(source);
        this.known = new KnownNodes();
        this.uid = (int) Files.getAttribute(source, "unix:uid");
        this.gid = (int) Files.getAttribute(source, "unix:gid");
        begin(true);
    }

    /** A server that takes over from another one when it is first asked for something. */
    Mirror(Mirror predecessor) throws FuseException {
        this(predecessor, LinuxFiles.open(predecessor.source));
    }

    /** As above, on files of the host that may be more fragile. */
    Mirror(Mirror predecessor, HostFiles host) throws FuseException {
        this.source = predecessor.source;
        this.files = new MirrorFileSystem(Identity.of("mirror"), host);
        this.known = predecessor.known;
        this.uid = predecessor.uid;
        this.gid = predecessor.gid;
    }

    interface Work {
        void run() throws FuseException;
    }

    MirrorFileSystem files() throws FuseException {
        if (!begun) {
            begin(false);
        }
        return files;
    }

    private void begin(boolean fresh) throws FuseException {
        begun = true;
        files.begin(known, fresh);
    }

    KnownNodes known() {
        return known;
    }

    Requests about(long nodeId) {
        return new Requests(nodeId, uid, gid);
    }

    /** The error with which something fails. */
    Errno errno(Work work) {
        try {
            work.run();
        } catch (FuseException e) {
            return Errno.of(e.errno()).orElseThrow();
        }
        throw new AssertionError("there was no error");
    }

    Entry lookup(long directory, String name) throws FuseException {
        return lookup(directory, Bytes.of(name));
    }

    Entry lookup(long directory, Bytes name) throws FuseException {
        return known.answered(files().lookup(first(directory), name));
    }

    Entry create(long directory, String name, int mode) throws FuseException {
        return create(directory, Bytes.of(name), mode);
    }

    Entry create(long directory, Bytes name, int mode) throws FuseException {
        return known.answered(files().create(first(directory), name, mode, 0).entry());
    }

    Entry makeDirectory(long directory, String name, int mode) throws FuseException {
        return known.answered(files().makeDirectory(first(directory), Bytes.of(name), mode));
    }

    Entry link(long directory, String name, long target) throws FuseException {
        return known.answered(files().link(first(directory), Bytes.of(name), target));
    }

    Entry symlink(long directory, String name, String target) throws FuseException {
        return known.answered(files().symlink(first(directory), Bytes.of(name), Bytes.of(target)));
    }

    String readLink(long nodeId) throws FuseException {
        return files().readLink(first(nodeId)).toString();
    }

    void unlink(long directory, String name) throws FuseException {
        files().unlink(first(directory), Bytes.of(name));
    }

    void removeDirectory(long directory, String name) throws FuseException {
        files().removeDirectory(first(directory), Bytes.of(name));
    }

    void rename(long directory, String name, long newDirectory, String newName) throws FuseException {
        rename(directory, name, newDirectory, newName, 0);
    }

    void rename(long directory, String name, long newDirectory, String newName, int flags) throws FuseException {
        files().rename(first(directory), Bytes.of(name), newDirectory, Bytes.of(newName), flags);
    }

    Attributes attributes(long nodeId) throws FuseException {
        return files().getAttributes(first(nodeId));
    }

    Attributes change(long nodeId, AttributeChanges changes) throws FuseException {
        return files().setAttributes(first(nodeId), changes);
    }

    int write(long nodeId, long offset, String text) throws FuseException {
        byte[] bytes = text.getBytes(UTF_8);
        // As in a request, the data do not begin at the start of the buffer.
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 40)
                .position(40)
                .put(bytes)
                .position(40);
        return files().write(first(nodeId), 0, offset, buffer);
    }

    String read(long nodeId, long offset, int size) throws FuseException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(size + 16).position(16);
        files().read(first(nodeId), 0, offset, buffer);
        return UTF_8.decode(buffer.flip().position(16)).toString();
    }

    List<String> names(long directory) throws FuseException {
        return list(directory, 0, 1 << 16).names();
    }

    Listing list(long directory, long offset, int size) throws FuseException {
        Listing listing = new Listing(size);
        files().readDirectory(first(directory), 0, offset, listing);
        return listing;
    }

    Usage usage() throws FuseException {
        return files().usage(first(1));
    }

    void forget(long nodeId) throws FuseException {
        files().forget(nodeId);
        known.forgotten(nodeId);
    }

    void end() throws FuseException {
        files().end();
    }

    private Request first(long nodeId) {
        return about(nodeId).first();
    }

    @Override
    public void close() throws FuseException {
        files.close();
    }
}
