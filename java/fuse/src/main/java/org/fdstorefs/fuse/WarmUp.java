// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * Has a scratch file system do what servers do, for the sake of the classes that this loads and the
 * code that it warms.
 */
final class WarmUp {
    private static final long ROOT = 1;
    private static final int ROUNDS = 3;
    private static final int OPEN_READ_WRITE = 2;
    private static final int MODE_DIRECTORY = 0700;
    private static final int MODE_FILE = 0100600;
    private static final int DATA = 1000;

    private final ByteBuffer in = ByteBuffer.allocateDirect(8192).order(ByteOrder.nativeOrder());
    private final ByteBuffer out = ByteBuffer.allocateDirect(8192).order(ByteOrder.nativeOrder());
    private final Dispatcher dispatcher;

    private final FuseFileSystem scratch;

    WarmUp(FuseFileSystem scratch) {
        this.scratch = requireNonNull(scratch, "scratch is null");
        dispatcher = new Dispatcher(scratch, DATA, agreed -> {});
    }

    void run() throws IOException {
        try (StateMemory state = StateMemory.create(1, SharedMemory.PAGE)) {
            scratch.begin(state.lookups(), true);
            for (int round = 0; round < ROUNDS; round++) {
                ask();
            }
            takeOver(state);
            scratch.end();
        }
    }

    /** A device that is not connected answers nothing, and ends the server at its first read. */
    private void takeOver(StateMemory state) throws IOException {
        try (FuseSession session = FuseSession.resume(FuseDevice.open().fd(), state.fd().dup(), scratch)) {
            session.isConnected();
            session.replay(1);
        }
    }

    private void ask() throws IOException {
        long directory = entry(Opcode.MKDIR, ROOT, body -> name(body.putInt(MODE_DIRECTORY).putInt(0), "d"));
        long file = entry(Opcode.CREATE, directory, body ->
                name(body.putInt(OPEN_READ_WRITE).putInt(MODE_FILE).putLong(0), "f"));
        useFile(directory, file);
        useNames(directory, file);
        scratch.forget(file);
        scratch.forget(directory);
    }

    private void useFile(long directory, long file) {
        ask(Opcode.LOOKUP, directory, body -> name(body, "f"));
        ask(Opcode.LOOKUP, directory, body -> name(body, "absent"));
        ask(Opcode.OPEN, file, body -> body.putInt(OPEN_READ_WRITE).putInt(0));
        ask(Opcode.WRITE, file, body ->
                zeros(body.putLong(0).putLong(0).putInt(DATA), 20 + DATA));
        ask(Opcode.READ, file, body -> zeros(body.putLong(0).putLong(0).putInt(DATA), 20));
        ask(Opcode.GETATTR, file, body -> zeros(body, 16));
        ask(Opcode.SETATTR, file, body -> zeros(body.putInt(1 << 3 | 1 << 4), 84)); // size and atime
        ask(Opcode.FLUSH, file, body -> zeros(body, 24));
        ask(Opcode.RELEASE, file, body -> zeros(body, 24));
    }

    private void useNames(long directory, long file) throws IOException {
        ask(Opcode.LINK, directory, body -> name(body.putLong(file), "g"));
        ask(Opcode.RENAME2, directory, body -> name(name(body.putLong(directory).putLong(0), "g"), "f"));
        long link = entry(Opcode.SYMLINK, directory, body -> name(name(body, "s"), "f"));
        ask(Opcode.READLINK, link, body -> {});
        ask(Opcode.UNLINK, directory, body -> name(body, "s"));
        scratch.forget(link);
        ask(Opcode.OPENDIR, directory, body -> body.putLong(0));
        ask(Opcode.READDIR, directory, body -> zeros(body.putLong(0).putLong(0).putInt(4096), 20));
        ask(Opcode.RELEASEDIR, directory, body -> zeros(body, 24));
        ask(Opcode.STATFS, ROOT, body -> {});
        ask(Opcode.UNLINK, directory, body -> name(body, "f"));
        ask(Opcode.UNLINK, directory, body -> name(body, "g"));
        ask(Opcode.RMDIR, ROOT, body -> name(body, "d"));
    }

    /** Asks for something whose answer begins with a node id. */
    private long entry(Opcode opcode, long nodeId, Consumer<ByteBuffer> body) {
        ask(opcode, nodeId, body);
        return out.getLong(ReplyHeader.SIZE);
    }

    private void ask(Opcode opcode, long nodeId, Consumer<ByteBuffer> body) {
        in.clear();
        zeros(in.putInt(0).putInt(opcode.code()).putLong(0).putLong(nodeId), RequestHeader.SIZE - in.position());
        body.accept(in);
        in.putInt(0, in.position()).rewind();
        dispatcher.dispatch(in, false, new Forgetful(), out);
    }

    private static ByteBuffer name(ByteBuffer body, String name) {
        Bytes.of(name).writeTo(body);
        return body.put((byte) 0);
    }

    private static void zeros(ByteBuffer body, int count) {
        for (int i = 0; i < count; i++) {
            body.put((byte) 0);
        }
    }

    private static final class Forgetful implements Journaled {
        private long memo;

        @Override
        public long memo() {
            return memo;
        }

        @Override
        public void memo(long value) {
            memo = value;
        }

        @Override
        public void note(int entry, long note) {}

        @Override
        public boolean isInterrupted(long unique) {
            return false;
        }
    }
}
