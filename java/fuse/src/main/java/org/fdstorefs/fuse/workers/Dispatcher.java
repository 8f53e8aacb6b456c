// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.Created;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.FuseFileSystem;
import org.fdstorefs.fuse.Request;
import org.fdstorefs.fuse.wire.InitRequest;
import org.fdstorefs.fuse.wire.Journaled;
import org.fdstorefs.fuse.wire.Negotiated;
import org.fdstorefs.fuse.wire.Opcode;
import org.fdstorefs.fuse.wire.Reply;
import org.fdstorefs.fuse.wire.ReplyNames;
import org.fdstorefs.fuse.wire.RequestBody;
import org.fdstorefs.fuse.wire.RequestHeader;

/** Calls the method of the file system that a request asks for, with what is in its body, and composes the reply. */
public final class Dispatcher implements Engine {
    private final FuseFileSystem files;
    private final Consumer<Negotiated> onInit;
    private final int maxWrite;

    public Dispatcher(FuseFileSystem files, int maxWrite, Consumer<Negotiated> onInit) {
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
    @Override
    public int dispatch(RequestHeader header, ByteBuffer in, boolean replayed, Journaled journal, ByteBuffer out) {
        HandledRequest request = new HandledRequest(header, replayed, journal);
        Reply reply = new Reply(out, files);
        try {
            handle(header.opcode(), request, journal, in, reply);
        } catch (Killed e) {
            throw e;
        } catch (Throwable e) {
            return Reply.error(out, Answers.errno(e).orElseGet(() -> unexpected(header, e)), header.unique());
        } finally {
            request.answered();
        }
        return reply.end(header.unique());
    }

    @Override
    public void forget(long nodeId) throws IOException {
        files.forget(nodeId);
    }

    private static int unexpected(RequestHeader header, Throwable e) {
        Log.error("request " + header + " failed", e);
        return Errno.EIO.number();
    }

    /** Works on a request, and composes the body of the reply. */
    private void handle(Opcode opcode, Request request, Journaled journal, ByteBuffer in, Reply reply)
            throws IOException {
        switch (opcode) {
            case INIT -> init(in, reply);
            case LOOKUP -> entry(reply, journal, files.lookup(request, RequestBody.name(in)));
            case GETATTR -> reply.attributes(files.getAttributes(request));
            case SETATTR -> reply.attributes(files.setAttributes(request, RequestBody.attributeChanges(in)));
            case READLINK -> reply.target(files.readLink(request));
            case SYMLINK -> entry(reply, journal, symlink(request, in));
            case MKNOD -> entry(reply, journal, makeNode(request, in));
            case MKDIR -> entry(reply, journal, makeDirectory(request, in));
            case UNLINK -> files.unlink(request, RequestBody.name(in));
            case RMDIR -> files.removeDirectory(request, RequestBody.name(in));
            case RENAME -> rename(request, in, false);
            case RENAME2 -> rename(request, in, true);
            case LINK -> entry(reply, journal, link(request, in));
            case OPEN -> reply.opened(files.open(request, in.getInt()));
            case CREATE -> create(request, journal, in, reply);
            case READ -> read(request, in, reply);
            case WRITE -> write(request, in, reply);
            case STATFS -> reply.usage(files.usage(request));
            case FLUSH -> files.flush(request, in.getLong());
            case RELEASE -> files.release(request, in.getLong());
            case FSYNC -> files.sync(request, in.getLong(), (in.getInt() & 1) != 0);
            case OPENDIR -> reply.opened(files.openDirectory(request));
            case READDIR, READDIRPLUS -> readDirectory(opcode, request, journal, in, reply);
            case RELEASEDIR -> files.releaseDirectory(request, in.getLong());
            case FSYNCDIR -> files.syncDirectory(request, in.getLong());
            case ACCESS -> files.access(request, in.getInt());
            case SETXATTR -> setExtendedAttribute(request, in);
            case GETXATTR -> getExtendedAttribute(request, in, reply);
            case LISTXATTR -> reply.extendedAttributes(files.extendedAttributes(request), in.getInt());
            case REMOVEXATTR -> files.removeExtendedAttribute(request, RequestBody.name(in));
            case FALLOCATE -> files.allocate(request, in.getLong(), in.getLong(), in.getLong(), in.getInt());
            case LSEEK -> reply.offset(files.seek(request, in.getLong(), in.getLong(), in.getInt()));
            case COPY_FILE_RANGE -> reply.written(files.copyRange(request, RequestBody.copyRange(in)));
            case DESTROY -> {}
            default -> throw new FuseException(Errno.ENOSYS);
        }
    }

    private void init(ByteBuffer in, Reply reply) throws IOException {
        InitRequest offer = InitRequest.read(in);
        if (offer.major() > Negotiated.MAJOR) {
            reply.otherVersion();
            return;
        }
        Optional<Negotiated> agreed = Negotiated.with(offer, maxWrite, files.listsEntries());
        onInit.accept(agreed.orElseThrow(() -> new FuseException(Errno.EPROTO)));
        reply.agreed(agreed.get());
    }

    private Entry symlink(Request request, ByteBuffer in) throws IOException {
        Bytes name = RequestBody.name(in);
        return files.symlink(request, name, RequestBody.name(in));
    }

    private Entry makeNode(Request request, ByteBuffer in) throws IOException {
        int mode = in.getInt();
        int device = in.getInt();
        in.getLong(); // umask, padding
        return files.makeNode(request, RequestBody.name(in), mode, device);
    }

    private Entry makeDirectory(Request request, ByteBuffer in) throws IOException {
        int mode = in.getInt();
        in.getInt(); // umask
        return files.makeDirectory(request, RequestBody.name(in), mode);
    }

    private void rename(Request request, ByteBuffer in, boolean hasFlags) throws IOException {
        long newParent = in.getLong();
        int flags = hasFlags ? in.getInt() : 0;
        if (hasFlags) {
            in.getInt(); // padding
        }
        Bytes name = RequestBody.name(in);
        files.rename(request, name, newParent, RequestBody.name(in), flags);
    }

    private Entry link(Request request, ByteBuffer in) throws IOException {
        long target = in.getLong();
        return files.link(request, RequestBody.name(in), target);
    }

    private void create(Request request, Journaled journal, ByteBuffer in, Reply reply) throws IOException {
        int flags = in.getInt();
        int mode = in.getInt();
        in.getLong(); // umask, open_flags
        Created created = files.create(request, RequestBody.name(in), mode, flags);
        entry(reply, journal, created.entry());
        reply.opened(created.opened());
    }

    private void read(Request request, ByteBuffer in, Reply reply) throws IOException {
        long handle = in.getLong();
        long offset = in.getLong();
        ByteBuffer room = reply.room(in.getInt());
        files.read(request, handle, offset, room);
        reply.data(room);
    }

    private void write(Request request, ByteBuffer in, Reply reply) throws IOException {
        long handle = in.getLong();
        long offset = in.getLong();
        int size = in.getInt();
        in.position(in.position() + 20); // write_flags, lock_owner, flags, padding
        ByteBuffer data = in.slice(in.position(), size).asReadOnlyBuffer();
        reply.written(files.write(request, handle, offset, data));
    }

    private void readDirectory(Opcode opcode, Request request, Journaled journal, ByteBuffer in, Reply reply)
            throws IOException {
        long handle = in.getLong();
        long offset = in.getLong();
        int size = in.getInt();
        ReplyNames names = opcode == Opcode.READDIRPLUS ? reply.entries(size, journal) : reply.names(size);
        try {
            files.readDirectory(request, handle, offset, names);
        } finally {
            names.answered();
        }
    }

    /** Takes {@code struct fuse_setxattr_in} in its short form: FUSE_SETXATTR_EXT is not negotiated. */
    private void setExtendedAttribute(Request request, ByteBuffer in) throws IOException {
        int size = in.getInt();
        int flags = in.getInt();
        Bytes name = RequestBody.name(in);
        byte[] value = new byte[Math.min(size, in.remaining())];
        in.get(value);
        files.setExtendedAttribute(request, name, value, flags);
    }

    private void getExtendedAttribute(Request request, ByteBuffer in, Reply reply) throws IOException {
        int room = in.getInt();
        in.getInt(); // padding
        reply.extendedAttribute(files.extendedAttribute(request, RequestBody.name(in)), room);
    }

    private static void entry(Reply reply, Journaled journal, Entry entry) {
        journal.note(0, entry.note());
        reply.entry(entry);
    }
}
