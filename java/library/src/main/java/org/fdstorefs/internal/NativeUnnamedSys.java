// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static org.fdstorefs.internal.NativeSys.check;

/** {@link UnnamedSys} on the C library. */
final class NativeUnnamedSys implements UnnamedSys {
    static final NativeUnnamedSys INSTANCE = new NativeUnnamedSys();

    private NativeUnnamedSys() {}

    @Override
    public int eventfd(int initial, int flags) {
        return check(UnnamedLibc.eventfd(initial, flags));
    }

    @Override
    public int timerfdCreate(int clock, int flags) {
        return check(UnnamedLibc.timerfd_create(clock, flags));
    }

    @Override
    public int timerfdSettime(int fd, int flags, byte[] itimerspec) {
        if (itimerspec.length < Linux.ITIMERSPEC_SIZE) {
            throw new IllegalArgumentException("too short for a struct itimerspec: " + itimerspec.length);
        }
        return check(UnnamedLibc.timerfd_settime(fd, flags, itimerspec, null));
    }

    @Override
    public int pipe(int[] ends, int flags) {
        if (ends.length < 2) {
            throw new IllegalArgumentException("too short for two ends: " + ends.length);
        }
        return check(UnnamedLibc.pipe2(ends, flags));
    }

    @Override
    public int memfdCreate(byte[] name, int flags) {
        return check(UnnamedLibc.memfd_create(ByteStrings.cString(name), flags));
    }
}
