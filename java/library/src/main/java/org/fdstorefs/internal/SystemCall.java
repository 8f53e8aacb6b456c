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

    private final ByteBuffer memory;
    private final long address;
    // What did not fit in.
    private final Deque<ByteBuffer> more = new ArrayDeque<>(0);
    // 0 or 1. Whoever sets it to 1 has the object; what he does to it is seen by whoever does so next. An
    // AtomicInteger,
    // since the JVM's first compiler makes calls of what AtomicBoolean and AtomicReference do.
    private final AtomicInteger users = new AtomicInteger(1);

    /** With memory of its own, of which the first bytes are the caller's. */
    SystemCall(ByteBuffer memory, long address, int reserved) {
        this.memory = memory.order(ByteOrder.nativeOrder()).position(reserved).mark();
        this.address = address;
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
        int length = bytes.length + 1;
        ByteBuffer place = place(length);
        int begin = place.position();
        place.put(bytes).put((byte) 0);
        return addressIn(place, begin);
    }

    /** The address of a copy of these bytes. */
    public final long bytes(byte[] bytes) {
        ByteBuffer place = place(bytes.length);
        int begin = place.position();
        place.put(bytes);
        return addressIn(place, begin);
    }

    /** The address of so many bytes of memory, in which anything may be. */
    public final long room(int size) {
        ByteBuffer place = place(size);
        int begin = place.position();
        place.position(begin + size);
        return addressIn(place, begin);
    }

    /** Copies what is at an address of this call to the start of an array. */
    public final void copy(long from, byte[] to, int length) {
        if (length == 0) {
            return; // there may be no memory at the address of nothing
        }
        ByteBuffer place = holding(from);
        place.get((int) (from - baseOf(place)), to, 0, length);
    }

    public final int getInt(long from) {
        ByteBuffer place = holding(from);
        return place.getInt((int) (from - baseOf(place)));
    }

    public final long getLong(long from) {
        ByteBuffer place = holding(from);
        return place.getLong((int) (from - baseOf(place)));
    }

    public final void putInt(long to, int value) {
        ByteBuffer place = holding(to);
        place.putInt((int) (to - baseOf(place)), value);
    }

    public final void putLong(long to, long value) {
        ByteBuffer place = holding(to);
        place.putLong((int) (to - baseOf(place)), value);
    }

    /** Ends what was prepared. */
    @Override
    public final void close() {
        memory.reset();
        more.clear();
        users.set(0);
    }

    private ByteBuffer place(int size) {
        int aligned = -ALIGNMENT & memory.position() + ALIGNMENT - 1;
        if (size <= memory.capacity() - aligned) {
            return memory.position(aligned);
        }
        ByteBuffer other = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        more.addFirst(other);
        return other;
    }

    private ByteBuffer holding(long place) {
        if (place >= address && place < address + memory.capacity()) {
            return memory;
        }
        for (ByteBuffer other : more) {
            long base = Seam.CHOSEN.address(other);
            if (place >= base && place < base + other.capacity()) {
                return other;
            }
        }
        throw new IllegalArgumentException("not in the memory of this call: " + place);
    }

    private long addressIn(ByteBuffer place, int offset) {
        return baseOf(place) + offset;
    }

    private long baseOf(ByteBuffer place) {
        return place == memory ? address : Seam.CHOSEN.address(place);
    }
}
