// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

/** {@link UnnamedSys} by {@link SystemCall}. */
final class NativeUnnamedSys implements UnnamedSys {
    static final NativeUnnamedSys INSTANCE = new NativeUnnamedSys();

    private NativeUnnamedSys() {}

    @Override
    public int eventfd(int initial, int flags) {
        return (int) SystemCall.make(SyscallNumber.EVENTFD2, initial, flags, 0);
    }

    @Override
    public int timerfdCreate(int clock, int flags) {
        return (int) SystemCall.make(SyscallNumber.TIMERFD_CREATE, clock, flags, 0);
    }

    @Override
    public int timerfdSettime(int fd, int flags, byte[] itimerspec) {
        if (itimerspec.length < Linux.ITIMERSPEC_SIZE) {
            throw new IllegalArgumentException("too short for a struct itimerspec: " + itimerspec.length);
        }
        try (SystemCall call = SystemCall.prepare()) {
            return (int) call.invoke(SyscallNumber.TIMERFD_SETTIME, fd, flags, call.bytes(itimerspec), 0, 0, 0);
        }
    }

    @Override
    public int pipe(int[] ends, int flags) {
        if (ends.length < 2) {
            throw new IllegalArgumentException("too short for two ends: " + ends.length);
        }
        try (SystemCall call = SystemCall.prepare()) {
            long made = call.room(2 * Integer.BYTES);
            int result = (int) call.invoke(SyscallNumber.PIPE2, made, flags, 0);
            if (result == 0) {
                ends[0] = call.getInt(made);
                ends[1] = call.getInt(made + Integer.BYTES);
            }
            return result;
        }
    }

    @Override
    public int memfdCreate(byte[] name, int flags) {
        try (SystemCall call = SystemCall.prepare()) {
            return (int) call.invoke(SyscallNumber.MEMFD_CREATE, call.string(name), flags, 0);
        }
    }
}
