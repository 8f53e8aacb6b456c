// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.fdstorefs.Errno;

/** Takes a request apart, has the file system work on it, and puts the reply together. */
final class Dispatcher {
    private final FuseFileSystem files;
    private final Consumer<Negotiated> onInit;
    private final int maxWrite;

    Dispatcher(FuseFileSystem files, int maxWrite, Consumer<Negotiated> onInit) {
        this.files = requireNonNull(files, "files is null");
        this.onInit = requireNonNull(onInit, "onInit is null");
        this.maxWrite = maxWrite;
    }

    /**
     * Works on one request that gets a reply.
     *
     * @param in the request behind its header, up to its end
     * @param out gets the reply from index 0 on
     * @return the length of the reply
     */
    int dispatch(RequestHeader header, ByteBuffer in, boolean replayed, Journaled journal, ByteBuffer out) {
        int errno = 0;
        Request request = new Request(header, replayed, journal);
        out.clear().position(ReplyHeader.SIZE);
        try {
            handle(header.opcode(), request, journal, in, out);
        } catch (Killed e) {
            throw e;
        } catch (Throwable e) {
            errno = Answers.errno(e).orElseGet(() -> unexpected(header, e));
        } finally {
            request.answered();
        }
        if (errno != 0) {
            return refuse(header, errno, out);
        }
        ReplyHeader.write(out, 0, header.unique());
        return out.position();
    }

    private static int unexpected(RequestHeader header, Throwable e) {
        Log.error("request " + header + " failed", e);
        return Errno.EIO.number();
    }

    /** Answers a request with an error. */
    int refuse(RequestHeader header, int errno, ByteBuffer out) {
        out.clear().position(ReplyHeader.SIZE);
        ReplyHeader.write(out, errno, header.unique());
        return ReplyHeader.SIZE;
    }

    /** Works on a request, and writes the body of the reply. */
    private void handle(Opcode opcode, Request request, Journaled journal, ByteBuffer in, ByteBuffer out)
            throws IOException {
        switch (opcode) {
            case INIT -> init(in, out);
            case LOOKUP -> entry(out, journal, files.lookup(request, Bytes.readTerminated(in)));
            case GETATTR -> attributes(out, files.getAttributes(request));
            case SETATTR -> attributes(out, files.setAttributes(request, AttributeChanges.read(in)));
            case READLINK -> files.readLink(request).writeTo(out);
            case SYMLINK -> entry(out, journal, symlink(request, in));
            case MKNOD -> entry(out, journal, makeNode(request, in));
            case MKDIR -> entry(out, journal, makeDirectory(request, in));
            case UNLINK -> files.unlink(request, Bytes.readTerminated(in));
            case RMDIR -> files.removeDirectory(request, Bytes.readTerminated(in));
            case RENAME -> rename(request, in, false);
            case RENAME2 -> rename(request, in, true);
            case LINK -> entry(out, journal, link(request, in));
            case OPEN -> opened(out, files.open(request, in.getInt()));
            case CREATE -> create(request, journal, in, out);
            case READ -> read(request, in, out);
            case WRITE -> write(request, in, out);
            case STATFS -> files.usage(request).write(out);
            case FLUSH -> files.flush(request, in.getLong());
            case RELEASE -> files.release(request, in.getLong());
            case FSYNC -> files.sync(request, in.getLong(), dataOnly(in));
            case OPENDIR -> opened(out, files.openDirectory(request));
            case READDIR -> readDirectory(request, in, size -> DirectoryFiller.ofNames(out, size, files));
            case READDIRPLUS ->
                readDirectory(request, in, size -> DirectoryFiller.ofEntries(out, size, files, journal));
            case RELEASEDIR -> files.releaseDirectory(request, in.getLong());
            case FSYNCDIR -> files.syncDirectory(request, in.getLong());
            case ACCESS -> files.access(request, in.getInt());
            case SETXATTR -> setExtendedAttribute(request, in);
            case GETXATTR -> getExtendedAttribute(request, in, out);
            case LISTXATTR -> listExtendedAttributes(request, in, out);
            case REMOVEXATTR -> files.removeExtendedAttribute(request, Bytes.readTerminated(in));
            case FALLOCATE -> files.allocate(request, in.getLong(), in.getLong(), in.getLong(), in.getInt());
            case LSEEK -> out.putLong(files.seek(request, in.getLong(), in.getLong(), in.getInt()));
            case COPY_FILE_RANGE ->
                out.putInt(files.copyRange(request, CopyRange.read(in))).putInt(0);
            case DESTROY -> {}
            default -> throw new FuseException(Errno.ENOSYS);
        }
    }

    private void init(ByteBuffer in, ByteBuffer out) throws IOException {
        InitRequest offer = InitRequest.read(in);
        if (offer.major() > Negotiated.MAJOR) {
            out.putInt(Negotiated.MAJOR).putInt(Negotiated.MINOR).position(out.position() + 56);
            return; // the kernel asks again in the version that it is offered here
        }
        Optional<Negotiated> agreed = Negotiated.with(offer, maxWrite, files.listsEntries());
        onInit.accept(agreed.orElseThrow(() -> new FuseException(Errno.EPROTO)));
        agreed.get().write(out);
    }

    private Entry symlink(Request request, ByteBuffer in) throws IOException {
        Bytes name = Bytes.readTerminated(in);
        return files.symlink(request, name, Bytes.readTerminated(in));
    }

    private Entry makeNode(Request request, ByteBuffer in) throws IOException {
        int mode = in.getInt();
        int device = in.getInt();
        in.getLong(); // umask, padding
        return files.makeNode(request, Bytes.readTerminated(in), mode, device);
    }

    private Entry makeDirectory(Request request, ByteBuffer in) throws IOException {
        int mode = in.getInt();
        in.getInt(); // umask
        return files.makeDirectory(request, Bytes.readTerminated(in), mode);
    }

    private void rename(Request request, ByteBuffer in, boolean hasFlags) throws IOException {
        long newParent = in.getLong();
        int flags = hasFlags ? in.getInt() : 0;
        if (hasFlags) {
            in.getInt(); // padding
        }
        Bytes name = Bytes.readTerminated(in);
        files.rename(request, name, newParent, Bytes.readTerminated(in), flags);
    }

    private Entry link(Request request, ByteBuffer in) throws IOException {
        long target = in.getLong();
        return files.link(request, Bytes.readTerminated(in), target);
    }

    private void create(Request request, Journaled journal, ByteBuffer in, ByteBuffer out) throws IOException {
        int flags = in.getInt();
        int mode = in.getInt();
        in.getLong(); // umask, open_flags
        Created created = files.create(request, Bytes.readTerminated(in), mode, flags);
        entry(out, journal, created.entry());
        opened(out, created.opened());
    }

    private void read(Request request, ByteBuffer in, ByteBuffer out) throws IOException {
        long handle = in.getLong();
        long offset = in.getLong();
        int size = Math.min(in.getInt(), out.remaining());
        ByteBuffer data = out.slice(out.position(), size);
        files.read(request, handle, offset, data);
        out.position(out.position() + data.position());
    }

    private void write(Request request, ByteBuffer in, ByteBuffer out) throws IOException {
        long handle = in.getLong();
        long offset = in.getLong();
        int size = in.getInt();
        in.position(in.position() + 20); // write_flags, lock_owner, flags, padding
        ByteBuffer data = in.slice(in.position(), size).asReadOnlyBuffer();
        out.putInt(files.write(request, handle, offset, data)).putInt(0);
    }

    private void readDirectory(Request request, ByteBuffer in, IntFunction<DirectoryFiller> filler) throws IOException {
        long handle = in.getLong();
        long offset = in.getLong();
        DirectoryFiller names = filler.apply(in.getInt());
        try {
            files.readDirectory(request, handle, offset, names);
        } finally {
            names.answered();
        }
    }

    /** Takes {@code struct fuse_setxattr_in} in its short form: FUSE_SETXATTR_EXT is not asked for. */
    private void setExtendedAttribute(Request request, ByteBuffer in) throws IOException {
        int size = in.getInt();
        int flags = in.getInt();
        Bytes name = Bytes.readTerminated(in);
        byte[] value = new byte[Math.min(size, in.remaining())];
        in.get(value);
        files.setExtendedAttribute(request, name, value, flags);
    }

    private void getExtendedAttribute(Request request, ByteBuffer in, ByteBuffer out) throws IOException {
        int room = in.getInt();
        in.getInt(); // padding
        sized(files.extendedAttribute(request, Bytes.readTerminated(in)), room, out);
    }

    private void listExtendedAttributes(Request request, ByteBuffer in, ByteBuffer out) throws IOException {
        int room = in.getInt();
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        for (Bytes name : files.extendedAttributes(request)) {
            names.writeBytes(name.toArray());
            names.write(0);
        }
        sized(names.toByteArray(), room, out);
    }

    /** Who has no room asks for the size: {@code struct fuse_getxattr_out}. */
    private static void sized(byte[] value, int room, ByteBuffer out) throws IOException {
        if (room == 0) {
            out.putInt(value.length).putInt(0);
        } else if (value.length > room) {
            throw new FuseException(Errno.ERANGE);
        } else {
            out.put(value);
        }
    }

    private static boolean dataOnly(ByteBuffer in) {
        return (in.getInt() & 1) != 0;
    }

    private void entry(ByteBuffer out, Journaled journal, Entry entry) {
        journal.note(0, entry.note());
        AttributesCodec.writeEntry(out, entry, files.entryValid(), files.attributesValid());
    }

    private void attributes(ByteBuffer out, Attributes attributes) {
        AttributesCodec.writeReply(out, attributes, files.attributesValid());
    }

    private static void opened(ByteBuffer out, Opened opened) {
        out.putLong(opened.handle()).putInt(opened.flags()).putInt(0);
    }
}
