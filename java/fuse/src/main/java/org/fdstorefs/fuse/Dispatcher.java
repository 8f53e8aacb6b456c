// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import org.fdstorefs.Errno;

/** Takes a request apart, has the file system work on it, and puts the reply together. */
final class Dispatcher {
    /** What {@link #dispatch} answers for a request that gets no reply. */
    static final int NO_REPLY = 0;

    private static final Logger LOG = System.getLogger(Dispatcher.class.getName());

    private final FuseFileSystem files;
    private final Consumer<Negotiated> onInit;
    private final int maxWrite;

    Dispatcher(FuseFileSystem files, int maxWrite, Consumer<Negotiated> onInit) {
        this.files = requireNonNull(files, "files is null");
        this.onInit = requireNonNull(onInit, "onInit is null");
        this.maxWrite = maxWrite;
    }

    /**
     * Works on one request.
     *
     * @param in the whole request, from its header on
     * @param out gets the reply from index 0 on
     * @return the length of the reply, or {@link #NO_REPLY}
     */
    int dispatch(ByteBuffer in, boolean replayed, Memo memo, ByteBuffer out) {
        RequestHeader header = RequestHeader.read(in);
        in.limit(header.length());
        int errno = 0;
        out.clear().position(ReplyHeader.SIZE);
        try {
            handle(header, new Request(header, replayed, memo), in, out);
        } catch (FuseException e) {
            errno = e.errno();
        } catch (RuntimeException | StackOverflowError e) {
            LOG.log(Level.ERROR, "request " + header + " failed", e);
            errno = Errno.EIO.number();
        }
        if (!header.opcode().hasReply()) {
            return NO_REPLY;
        }
        if (errno != 0) {
            out.clear().position(ReplyHeader.SIZE);
        }
        ReplyHeader.write(out, errno, header.unique());
        return out.position();
    }

    /** Works on a request, and writes the body of the reply. */
    private void handle(RequestHeader header, Request request, ByteBuffer in, ByteBuffer out) throws FuseException {
        switch (header.opcode()) {
            case INIT -> init(in, out);
            case LOOKUP -> entry(out, files.lookup(request, Bytes.readTerminated(in)));
            case GETATTR -> attributes(out, files.getAttributes(request));
            case SETATTR -> attributes(out, files.setAttributes(request, AttributeChanges.read(in)));
            case READLINK -> files.readLink(request).writeTo(out);
            case SYMLINK -> symlink(request, in, out);
            case MKNOD -> makeNode(request, in, out);
            case MKDIR -> makeDirectory(request, in, out);
            case UNLINK -> files.unlink(request, Bytes.readTerminated(in));
            case RMDIR -> files.removeDirectory(request, Bytes.readTerminated(in));
            case RENAME -> rename(request, in, false);
            case RENAME2 -> rename(request, in, true);
            case LINK -> link(request, in, out);
            case OPEN -> opened(out, files.open(request, in.getInt()));
            case CREATE -> create(request, in, out);
            case READ -> read(request, in, out);
            case WRITE -> write(request, in, out);
            case STATFS -> files.usage(request).write(out);
            case FLUSH -> files.flush(request, in.getLong());
            case RELEASE -> files.release(request, in.getLong());
            case FSYNC -> files.sync(request, in.getLong(), dataOnly(in));
            case OPENDIR -> opened(out, files.openDirectory(request));
            case READDIR -> readDirectory(request, in, out);
            case RELEASEDIR -> files.releaseDirectory(request, in.getLong());
            case FSYNCDIR -> files.syncDirectory(request, in.getLong());
            case DESTROY -> {}
            case FORGET -> forget(header.nodeId(), in.getLong());
            case BATCH_FORGET -> forgetMany(in);
            case INTERRUPT -> {} // requests are answered in turn: there is none left to interrupt
            default -> throw new FuseException(Errno.ENOSYS);
        }
    }

    private void init(ByteBuffer in, ByteBuffer out) throws FuseException {
        InitRequest offer = InitRequest.read(in);
        if (offer.major() > Negotiated.MAJOR) {
            out.putInt(Negotiated.MAJOR).putInt(Negotiated.MINOR).position(out.position() + 56);
            return; // the kernel asks again in the version that it is offered here
        }
        Optional<Negotiated> agreed = Negotiated.with(offer, maxWrite);
        onInit.accept(agreed.orElseThrow(() -> new FuseException(Errno.EPROTO)));
        agreed.get().write(out);
    }

    private void symlink(Request request, ByteBuffer in, ByteBuffer out) throws FuseException {
        Bytes name = Bytes.readTerminated(in);
        entry(out, files.symlink(request, name, Bytes.readTerminated(in)));
    }

    private void makeNode(Request request, ByteBuffer in, ByteBuffer out) throws FuseException {
        int mode = in.getInt();
        int device = in.getInt();
        in.getLong(); // umask, padding
        entry(out, files.makeNode(request, Bytes.readTerminated(in), mode, device));
    }

    private void makeDirectory(Request request, ByteBuffer in, ByteBuffer out) throws FuseException {
        int mode = in.getInt();
        in.getInt(); // umask
        entry(out, files.makeDirectory(request, Bytes.readTerminated(in), mode));
    }

    private void rename(Request request, ByteBuffer in, boolean hasFlags) throws FuseException {
        long newParent = in.getLong();
        int flags = hasFlags ? in.getInt() : 0;
        if (hasFlags) {
            in.getInt(); // padding
        }
        Bytes name = Bytes.readTerminated(in);
        files.rename(request, name, newParent, Bytes.readTerminated(in), flags);
    }

    private void link(Request request, ByteBuffer in, ByteBuffer out) throws FuseException {
        long target = in.getLong();
        entry(out, files.link(request, Bytes.readTerminated(in), target));
    }

    private void create(Request request, ByteBuffer in, ByteBuffer out) throws FuseException {
        int flags = in.getInt();
        int mode = in.getInt();
        in.getLong(); // umask, open_flags
        Created created = files.create(request, Bytes.readTerminated(in), mode, flags);
        entry(out, created.entry());
        opened(out, created.opened());
    }

    private void read(Request request, ByteBuffer in, ByteBuffer out) throws FuseException {
        long handle = in.getLong();
        long offset = in.getLong();
        int size = in.getInt();
        out.limit(Math.min(out.capacity(), out.position() + size));
        files.read(request, handle, offset, out);
    }

    private void write(Request request, ByteBuffer in, ByteBuffer out) throws FuseException {
        long handle = in.getLong();
        long offset = in.getLong();
        int size = in.getInt();
        in.position(in.position() + 20); // write_flags, lock_owner, flags, padding
        in.limit(in.position() + size);
        out.putInt(files.write(request, handle, offset, in)).putInt(0);
    }

    private void readDirectory(Request request, ByteBuffer in, ByteBuffer out) throws FuseException {
        long handle = in.getLong();
        long offset = in.getLong();
        files.readDirectory(request, handle, offset, new DirectoryFiller(out, in.getInt(), files, false));
    }

    private void forgetMany(ByteBuffer in) {
        int count = in.getInt();
        in.getInt(); // padding
        for (int i = 0; i < count; i++) {
            long nodeId = in.getLong();
            forget(nodeId, in.getLong());
        }
    }

    /**
     * There is no reply to carry an error, and the other nodes of a batch are to be forgotten all
     * the same.
     */
    private void forget(long nodeId, long lookups) {
        try {
            files.forget(nodeId);
        } catch (FuseException | RuntimeException e) {
            LOG.log(Level.ERROR, "forgetting node " + nodeId + " failed", e);
        }
    }

    private static boolean dataOnly(ByteBuffer in) {
        return (in.getInt() & 1) != 0;
    }

    private void entry(ByteBuffer out, Entry entry) {
        AttributesCodec.writeEntry(out, entry, files.entryValid(), files.attributesValid());
    }

    private void attributes(ByteBuffer out, Attributes attributes) {
        AttributesCodec.writeReply(out, attributes, files.attributesValid());
    }

    private static void opened(ByteBuffer out, Opened opened) {
        out.putLong(opened.handle()).putInt(opened.flags()).putInt(0);
    }
}
