// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A system call that is being made: syscall(2), and the native memory that its arguments point to. This is the one way
 * from here to the kernel, by JNA or by java.lang.foreign, as {@link Seam} decides.
 *
 * <pre>{@code
 * try (SystemCall call = SystemCall.prepare()) {
 *     return call.invoke(SyscallNumber.OPENAT, directory, call.string(path), flags, mode, 0, 0);
 * }
 * }</pre>
 *
 * <p>{@link #make} does that for a call whose arguments point to no such memory.
 *
 * <p>Calls return what the kernel does: the result, or the negated errno. Addresses are good until {@link #close}. One
 * thread at a time uses an object; it may be a virtual one.
 */
public abstract class SystemCall implements AutoCloseable {
    /** Two paths of PATH_MAX, and something beside them. */
    private static final int MEMORY = 2 * 4096 + 512;

    // Alignment of what has a place in the memory: that of a long, which no struct here exceeds.
    private static final int ALIGNMENT = Long.BYTES;

    // By the thread that was the first to use them. They are kept here and not in the threads, since there may be a
    // million of virtual ones. Without a lock: two threads may put one into the same place, and one of the two is lost.
    private static final int PLACES = 64;
    private static final int TRIES = 4;
    private static final @Nullable SystemCall[] KEPT = new SystemCall[PLACES];

    private final Block memory;
    // What did not fit in.
    private final Deque<Block> more = new ArrayDeque<>(0);
    // 0 or 1. Whoever sets it to 1 has the object; what he does to it is seen by whoever does so next. An AtomicInteger
    // because the JVM's first compiler makes calls of what AtomicBoolean and AtomicReference do.
    private final AtomicInteger users = new AtomicInteger(1);

    /** With memory of its own, of which the first bytes are the caller's. */
    SystemCall(ByteBuffer memory, long address, int reserved) {
        this.memory = new Block(
                memory.order(ByteOrder.nativeOrder()).position(reserved).mark(), address);
    }

    static ByteBuffer newMemory() {
        return ByteBuffer.allocateDirect(MEMORY);
    }

    /** One to be made, and closed then. */
    public static SystemCall prepare() {
        int first = (int) Thread.currentThread().getId();
        for (int i = 0; i < TRIES; i++) {
            SystemCall kept = KEPT[first + i & PLACES - 1];
            if (kept == null) {
                break;
            } else if (kept.users.compareAndSet(0, 1)) {
                return kept;
            }
        }
        SystemCall fresh = Seam.CHOSEN.newCall();
        KEPT[first & PLACES - 1] = fresh;
        return fresh;
    }

    /** Makes a call with one argument, a number. */
    public static long make(int number, long a) {
        try (SystemCall call = prepare()) {
            return call.invoke(number, a);
        }
    }

    /** Makes a call with up to three arguments, which are numbers, or addresses of memory that is not the call's. */
    public static long make(int number, long a, long b, long c) {
        try (SystemCall call = prepare()) {
            return call.invoke(number, a, b, c);
        }
    }

    /** As above, with up to six arguments. */
    public static long make(int number, long a, long b, long c, long d, long e, long f) {
        try (SystemCall call = prepare()) {
            return call.invoke(number, a, b, c, d, e, f);
        }
    }

    /** Makes a call with one argument. */
    public abstract long invoke(int number, long a);

    /** Makes a call with up to three arguments. */
    public abstract long invoke(int number, long a, long b, long c);

    /** Makes a call with up to six arguments. */
    public abstract long invoke(int number, long a, long b, long c, long d, long e, long f);

    /**
     * The address of a copy of these bytes, and a NUL.
     *
     * @throws IllegalArgumentException if there is a NUL among them already
     */
    public final long string(byte[] bytes) {
        ByteStrings.requireNoNul(bytes);
        Block block = withRoom(bytes.length + 1);
        long begin = block.next();
        block.buffer().put(bytes).put((byte) 0);
        return begin;
    }

    /** The address of a copy of these bytes. */
    public final long bytes(byte[] bytes) {
        Block block = withRoom(bytes.length);
        long begin = block.next();
        block.buffer().put(bytes);
        return begin;
    }

    /** The address of so many bytes of memory, in which anything may be. */
    public final long room(int size) {
        Block block = withRoom(size);
        long begin = block.next();
        block.buffer().position(block.buffer().position() + size);
        return begin;
    }

    /** Copies what is at an address of this call to the start of an array. */
    public final void copy(long from, byte[] to, int length) {
        if (length > 0) { // there may be no memory at the address of nothing
            Block block = holding(from);
            block.buffer().get(block.index(from), to, 0, length);
        }
    }

    public final int getInt(long from) {
        Block block = holding(from);
        return block.buffer().getInt(block.index(from));
    }

    public final long getLong(long from) {
        Block block = holding(from);
        return block.buffer().getLong(block.index(from));
    }

    public final void putInt(long to, int value) {
        Block block = holding(to);
        block.buffer().putInt(block.index(to), value);
    }

    public final void putLong(long to, long value) {
        Block block = holding(to);
        block.buffer().putLong(block.index(to), value);
    }

    /** Ends what was prepared. */
    @Override
    public final void close() {
        memory.buffer().reset();
        more.clear();
        users.set(0);
    }

    private Block withRoom(int size) {
        ByteBuffer buffer = memory.buffer();
        int aligned = -ALIGNMENT & buffer.position() + ALIGNMENT - 1;
        if (size <= buffer.capacity() - aligned) {
            buffer.position(aligned);
            return memory;
        }
        ByteBuffer other = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        more.addFirst(new Block(other, Seam.CHOSEN.address(other)));
        return more.getFirst();
    }

    private Block holding(long address) {
        if (memory.holds(address)) {
            return memory;
        }
        for (Block other : more) {
            if (other.holds(address)) {
                return other;
            }
        }
        throw new IllegalArgumentException("not in the memory of this call: " + address);
    }

    /** A piece of native memory, which is used up to the position of the buffer. */
    private record Block(ByteBuffer buffer, long address) {
        long next() {
            return address + buffer.position();
        }

        boolean holds(long place) {
            return place >= address && place < address + buffer.capacity();
        }

        int index(long place) {
            return (int) (place - address);
        }
    }
}
