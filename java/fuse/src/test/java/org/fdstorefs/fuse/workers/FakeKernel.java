// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.fuse.wire.Wire;
import org.fdstorefs.internal.Sys;

/**
 * The kernel's side of a connection, as fs/fuse/dev.c has it: requests that wait to be read, requests
 * that wait for their reply, and a probe that tells whether one does. When all are read, the file
 * system is unmounted. A server can be killed right after the kernel has taken a reply.
 */
final class FakeKernel implements AutoCloseable {
    private static final Set<Integer> WITHOUT_REPLY = Set.of(2, 36, 42);
    private static final int HEADER = 16;

    private final Deque<byte[]> pending = new ArrayDeque<>();
    private final Set<Long> processing = new HashSet<>();
    private final List<String> replies = new ArrayList<>();
    private final List<FuseDevice> devices = new ArrayList<>();
    private final Set<Long> interrupts = new HashSet<>();
    private boolean mounted;
    private boolean broken;
    private int readers;
    private Predicate<String> deadly = reply -> false;
    private Predicate<String> malformed = reply -> false;

    /** Interrupt reads. */
    private final class Signals implements Interrupts {
        @Override
        public long self() {
            return Thread.currentThread().getId();
        }

        @Override
        public void interrupt(long thread) {
            synchronized (FakeKernel.this) {
                interrupts.add(thread);
                FakeKernel.this.notifyAll();
            }
        }

        @Override
        public void end() {}
    }

    FuseDevice device() throws IOException {
        Sys sys = (Sys) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Sys.class},
                (proxy, method, a) -> switch (method.getName()) {
                    case "read" -> read((long) a[1]);
                    case "write" ->
                        a[1] instanceof byte[] bytes ? write(bytes) : write(bytes((long) a[1], (long) a[2]));
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        FuseDevice device = new FuseDevice(sys, new Signals(), Fd.open(Path.of("/dev/null"), OpenFlag.READ));
        devices.add(device);
        return device;
    }

    synchronized void ask(String hex) {
        pending.add(Wire.array(hex));
        notifyAll();
    }

    /** The server is killed when such a reply was taken. */
    void killAfter(Predicate<String> reply) {
        deadly = reply;
    }

    /** The kernel does not understand the header of such a reply, and waits for another one. */
    void refuse(Predicate<String> reply) {
        malformed = reply;
    }

    /** The replies that were taken, in hex. */
    List<String> replies() {
        return replies;
    }

    /** Whether nobody waits for a reply. */
    boolean allAnswered() {
        return processing.isEmpty();
    }

    @Override
    public void close() throws IOException {
        for (FuseDevice device : devices) {
            device.close();
        }
    }

    /** From now on it stays mounted, and who reads waits for a request. */
    synchronized void stayMounted() {
        mounted = true;
    }

    synchronized void unmount() {
        mounted = false;
        notifyAll();
    }

    /** Waits until so many threads wait for a request. */
    synchronized void awaitReaders(int count) throws InterruptedException {
        while (readers < count) {
            wait();
        }
    }

    /** Has the next read fail. */
    synchronized void breakRead() {
        broken = true;
        notifyAll();
    }

    private synchronized long read(long address) throws InterruptedException {
        readers++;
        notifyAll();
        boolean interrupted = false;
        while (mounted && pending.isEmpty() && !broken && !interrupted) {
            wait();
            interrupted = interrupts.remove(Thread.currentThread().getId());
        }
        readers--;
        if (interrupted) {
            return -Errno.EINTR.number();
        }
        if (broken) {
            broken = false;
            return -Errno.EFAULT.number();
        }
        byte[] request = pending.poll();
        if (request == null) {
            return -Errno.ENODEV.number();
        }
        Sys.memory(address, request.length).put(request);
        ByteBuffer in = buffer(request);
        if (!WITHOUT_REPLY.contains(in.getInt(4))) {
            processing.add(in.getLong(8));
        }
        return request.length;
    }

    private synchronized long write(byte[] reply) {
        ByteBuffer in = buffer(reply);
        long unique = in.getLong(8);
        if ((unique & 1) != 0) {
            return processing.contains(unique & ~1) && reply.length == HEADER ? HEADER : -Errno.ENOENT.number();
        }
        if (in.getInt(0) != reply.length) {
            return -Errno.EINVAL.number();
        }
        if (!processing.contains(unique)) {
            return -Errno.ENOENT.number();
        }
        String hex = HexFormat.of().formatHex(reply);
        if (malformed.test(hex)) {
            return -Errno.EINVAL.number();
        }
        processing.remove(unique);
        replies.add(hex);
        if (deadly.test(hex)) {
            throw new Killed();
        }
        return reply.length;
    }

    private static byte[] bytes(long address, long length) {
        byte[] bytes = new byte[(int) length];
        Sys.memory(address, length).get(bytes);
        return bytes;
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
