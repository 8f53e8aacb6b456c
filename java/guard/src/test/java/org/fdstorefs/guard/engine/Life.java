// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.fdstorefs.fuse.wire.Journaled;
import org.fdstorefs.fuse.wire.Opcode;
import org.fdstorefs.fuse.wire.RequestHeader;
import org.fdstorefs.fuse.workers.Dispatcher;

/** One life of a toy server, which may be killed before or after whatever it is asked for. */
final class Life implements Backend {
    private static final int MAX_WRITE = 128 * 1024;

    private final int generation;
    private final Disk disk;
    private final ToyFiles files;
    private final Dispatcher dispatcher;
    private final Fate fate;
    private boolean dead;

    Life(int generation, Disk disk, ToyFiles.Kind kind, Fate fate) {
        this.generation = generation;
        this.disk = disk;
        this.fate = fate;
        this.files = new ToyFiles(disk, kind, generation);
        this.dispatcher = new Dispatcher(files, MAX_WRITE, agreed -> {});
    }

    ToyFiles files() {
        return files;
    }

    @Override
    public int generation() {
        return generation;
    }

    @Override
    public synchronized int call(ByteBuffer message, ByteBuffer rest, ByteBuffer reply) throws BackendGoneException {
        passMoment();
        ByteBuffer in = ByteBuffer.allocate(message.remaining() + rest.remaining())
                .order(ByteOrder.nativeOrder())
                .put(message)
                .put(rest)
                .flip();
        RequestHeader header = RequestHeader.read(in);
        if (header.length() != in.limit()) {
            disk.violation("a request says that it has " + header.length() + " bytes, and has " + in.limit());
        }
        if (fate.isDeadly(header.opcode())) {
            kill();
            throw new BackendGoneException();
        }
        checkHandle(header.opcode(), in);
        int length = dispatcher.dispatch(header, in, false, new Unremembered(), reply);
        passMoment();
        return length;
    }

    /** Of requests whose handle the file system is not told. */
    private void checkHandle(Opcode opcode, ByteBuffer in) {
        int at = in.position();
        boolean has = (opcode == Opcode.GETATTR && (in.getInt(at) & Wire.GETATTR_HAS_HANDLE) != 0)
                || (opcode == Opcode.SETATTR && (in.getInt(at) & Wire.FATTR_FH) != 0);
        if (has && !files.isOpen(in.getLong(at + Wire.GETATTR_HANDLE))) {
            disk.violation(opcode + " has a handle that life " + generation + " does not know");
        }
    }

    @Override
    public synchronized void send(ByteBuffer message) throws BackendGoneException {
        passMoment();
        RequestHeader header = RequestHeader.read(message);
        if (header.opcode() == Opcode.FORGET) {
            files.nodes().forget(header.nodeId(), message.getLong());
        }
        passMoment();
    }

    private void passMoment() throws BackendGoneException {
        dead |= fate.isKilled();
        if (dead) {
            notifyAll();
            throw new BackendGoneException();
        }
    }

    synchronized void kill() {
        dead = true;
        notifyAll();
    }

    synchronized void awaitEnd() throws InterruptedException {
        while (!dead) {
            wait();
        }
    }

    /** The server keeps nothing beside a request. */
    private static final class Unremembered implements Journaled {
        @Override
        public long memo() {
            return 0;
        }

        @Override
        public void memo(long value) {}

        @Override
        public int attempt() {
            return 0;
        }

        @Override
        public void note(int entry, long note) {}

        @Override
        public boolean isInterrupted(long unique) {
            return false;
        }
    }
}
