// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/**
 * Native calls by JNA, mapped directly. The C library is looked for in the process itself: looking for a file of its
 * name would make JNA start ldconfig(8).
 */
final class JnaSeam implements Seam {
    static {
        Native.register(JnaSeam.class, NativeLibrary.getProcess());
    }

    // syscall(2) is variadic in C. To call it with fixed arguments is the same on every ABI that Linux accepts. Each
    // argument costs JNA something, hence three of them.

    private static native long syscall(long number, long a);

    private static native long syscall(long number, long a, long b, long c);

    private static native long syscall(long number, long a, long b, long c, long d, long e, long f);

    @Override
    public SystemCall newCall() {
        ByteBuffer memory = SystemCall.newMemory();
        return new JnaCall(memory, address(memory));
    }

    @Override
    public long address(ByteBuffer direct) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
    }

    @Override
    public ByteBuffer memory(long address, long length) {
        return new Pointer(address).getByteBuffer(0, length);
    }

    private static final class JnaCall extends SystemCall {
        JnaCall(ByteBuffer memory, long address) {
            super(memory, address, 0);
        }

        @Override
        public long invoke(int number, long a) {
            return check(syscall(number, a));
        }

        @Override
        public long invoke(int number, long a, long b, long c) {
            return check(syscall(number, a, b, c));
        }

        @Override
        public long invoke(int number, long a, long b, long c, long d, long e, long f) {
            return check(syscall(number, a, b, c, d, e, f));
        }

        // JNA keeps errno per thread as it was when the native function returned.
        private static long check(long result) {
            return result == -1 ? -Native.getLastError() : result;
        }
    }
}
