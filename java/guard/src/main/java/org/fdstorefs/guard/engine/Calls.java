// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.wire.Opcode;

/** Requests of the guard's own, by one thread to one life of the server. */
final class Calls {
    private static final int ROOM = 64 * 1024;

    private final AtomicLong uniques;
    private final Message message = new Message();
    private final ByteBuffer reply = ByteBuffer.allocateDirect(ROOM).order(ByteOrder.nativeOrder());
    private Backend backend = new Nobody();

    /** A backend that was never there. */
    private static final class Nobody implements Backend {
        @Override
        public int generation() {
            return 0;
        }

        @Override
        public int call(ByteBuffer message, ByteBuffer rest, ByteBuffer reply) throws BackendGoneException {
            throw new BackendGoneException();
        }

        @Override
        public void send(ByteBuffer message) throws BackendGoneException {
            throw new BackendGoneException();
        }
    }

    Calls(AtomicLong uniques) {
        this.uniques = uniques;
    }

    static AtomicLong uniques() {
        return new AtomicLong(Backend.FIRST_OWN_UNIQUE);
    }

    Calls to(Backend now) {
        backend = now;
        return this;
    }

    Backend backend() {
        return backend;
    }

    /** Where a request of the kernel can be put together. */
    Message message() {
        return message;
    }

    /** An entry that the server answered with. */
    record Found(long backend, int mode, long inode, long size) {
        int type() {
            return mode & Wire.TYPE_MASK;
        }

        static Found of(ByteBuffer reply) {
            int attributes = Wire.OUT_HEADER + Wire.ENTRY_ATTR;
            return new Found(
                    reply.getLong(Wire.OUT_HEADER),
                    reply.getInt(attributes + Wire.ATTR_MODE),
                    reply.getLong(attributes + Wire.ATTR_INODE),
                    reply.getLong(attributes + Wire.ATTR_SIZE));
        }
    }

    private Message begin(int code, long node, Caller caller) {
        return message.begin(code, uniques.addAndGet(2), node, caller);
    }

    /** The body of the reply, at least so long. */
    private ByteBuffer answer(int atLeast) throws BackendGoneException, FuseException {
        int length = message.call(backend, reply.clear());
        check(reply, length, atLeast);
        return reply.limit(length).position(Wire.OUT_HEADER);
    }

    /** Refuses a reply that is an error, or nonsense. */
    static void check(ByteBuffer reply, int length, int atLeast) throws FuseException {
        int error = error(reply, length);
        if (error != 0) {
            throw new FuseException(error);
        }
        if (length < Wire.OUT_HEADER + atLeast) {
            throw new FuseException(Errno.EIO);
        }
    }

    /** The errno that a reply says; EIO for nonsense, 0 for none. */
    static int error(ByteBuffer reply, int length) {
        if (length < Wire.OUT_HEADER || reply.getInt(Wire.LENGTH) != length) {
            return Errno.EIO.number();
        }
        int error = -reply.getInt(Wire.OUT_ERROR);
        return error == 0 || (error > 0 && error < 512) ? error : Errno.EIO.number();
    }

    /** The body of the answer to INIT. */
    ByteBuffer init(byte[] offer) throws BackendGoneException, FuseException {
        begin(Opcode.INIT.code(), 0, Caller.GUARD).bytes(offer);
        return answer(24); // of a server of before 7.23, which is refused later with a reason
    }

    Optional<Found> lookup(long parent, Bytes name) throws BackendGoneException, FuseException {
        begin(Opcode.LOOKUP.code(), parent, Caller.GUARD).name(name);
        try {
            answer(Wire.ENTRY);
        } catch (FuseException e) {
            if (e.errno() == Errno.ENOENT.number()) {
                return Optional.empty();
            }
            throw e;
        }
        Found found = Found.of(reply);
        return found.backend() == 0 ? Optional.empty() : Optional.of(found);
    }

    void forget(long node, long lookups) throws BackendGoneException {
        begin(Opcode.FORGET.code(), node, Caller.GUARD).put(lookups).send(backend);
    }

    void interrupt(long unique) throws BackendGoneException {
        begin(Opcode.INTERRUPT.code(), 0, Caller.GUARD).put(unique).send(backend);
    }

    /** What the server calls the opened file. */
    long open(boolean directory, long node, int flags, Caller caller) throws BackendGoneException, FuseException {
        Opcode opcode = directory ? Opcode.OPENDIR : Opcode.OPEN;
        begin(opcode.code(), node, caller).putInt(flags).putInt(0);
        try {
            return answer(Wire.OPEN_OUT).getLong();
        } catch (FuseException e) {
            if (e.errno() == Errno.ENOSYS.number()) {
                return 0; // it does without
            }
            throw e;
        }
    }

    void unlink(long parent, Bytes name) throws BackendGoneException, FuseException {
        begin(Opcode.UNLINK.code(), parent, Caller.GUARD).name(name);
        answer(0);
    }

    void removeDirectory(long parent, Bytes name) throws BackendGoneException, FuseException {
        begin(Opcode.RMDIR.code(), parent, Caller.GUARD).name(name);
        answer(0);
    }

    void rename(long parent, Bytes name, long newParent, Bytes newName) throws BackendGoneException, FuseException {
        begin(Opcode.RENAME.code(), parent, Caller.GUARD)
                .put(newParent)
                .name(name)
                .name(newName);
        answer(0);
    }

    /** What the server calls the node by the new name. */
    Found link(long node, long newParent, Bytes newName) throws BackendGoneException, FuseException {
        begin(Opcode.LINK.code(), newParent, Caller.GUARD).put(node).name(newName);
        answer(Wire.ENTRY);
        return Found.of(reply);
    }

    int mode(long node) throws BackendGoneException, FuseException {
        begin(Opcode.GETATTR.code(), node, Caller.GUARD).zeros(16);
        answer(Wire.ATTR_ATTR + Wire.ATTR);
        return reply.getInt(Wire.OUT_HEADER + Wire.ATTR_ATTR + Wire.ATTR_MODE);
    }

    void mode(long node, int mode) throws BackendGoneException, FuseException {
        begin(Opcode.SETATTR.code(), node, Caller.GUARD)
                .putInt(Wire.FATTR_MODE)
                .zeros(Wire.SETATTR_MODE - Integer.BYTES)
                .putInt(mode)
                .zeros(Wire.SETATTR_IN - Wire.SETATTR_MODE - Integer.BYTES);
        answer(0);
    }

    void write(long node, long handle, long offset, byte[] data) throws BackendGoneException, FuseException {
        begin(Opcode.WRITE.code(), node, Caller.GUARD)
                .put(handle)
                .put(offset)
                .putInt(data.length)
                .zeros(20)
                .data(data);
        if (answer(Integer.BYTES).getInt() != data.length) {
            throw new FuseException(Errno.EIO);
        }
    }

    /** Reads the start of a file, for what the server does then. */
    void read(long node, long handle) throws BackendGoneException, FuseException {
        begin(Opcode.READ.code(), node, Caller.GUARD)
                .put(handle)
                .put(0)
                .putInt(ROOM / 2)
                .zeros(20);
        answer(0);
    }

    void sync(long node, long handle) throws BackendGoneException, FuseException {
        begin(Opcode.FSYNC.code(), node, Caller.GUARD).put(handle).putInt(0).putInt(0);
        answer(0);
    }

    /** Names of a directory, as many as fit: {@code struct fuse_dirent} one behind the other. */
    ByteBuffer list(long node, long handle, long offset) throws BackendGoneException, FuseException {
        begin(Opcode.READDIR.code(), node, Caller.GUARD)
                .put(handle)
                .put(offset)
                .putInt(ROOM / 2)
                .zeros(20);
        return answer(0);
    }
}
