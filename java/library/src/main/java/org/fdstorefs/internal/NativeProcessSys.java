// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static org.fdstorefs.internal.NativeSys.check;

import com.sun.jna.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@link ProcessSys} on the C library. */
final class NativeProcessSys implements ProcessSys {
    static final NativeProcessSys INSTANCE = new NativeProcessSys();

    private static final int SIG_SETMASK = 2;
    private static final long SIG_ERR = -1;
    // sigset_t of glibc and of musl; the kernel reads the first 8 bytes.
    private static final int SIGSET_SIZE = 128;

    private NativeProcessSys() {}

    @Override
    public int getpid() {
        return ProcessLibc.getpid();
    }

    @Override
    public int pidfdOpen(int pid, int flags) {
        return (int) check(ProcessLibc.syscall(Linux.SYS_PIDFD_OPEN, pid, flags, 0));
    }

    @Override
    public int pidfdGetfd(int pidfd, int fd, int flags) {
        return (int) check(ProcessLibc.syscall(Linux.SYS_PIDFD_GETFD, pidfd, fd, flags));
    }

    @Override
    public int signal(int number, long disposition) {
        return ProcessLibc.signal(number, disposition) == SIG_ERR ? -Native.getLastError() : 0;
    }

    @Override
    public int setSignalMask(long signals) {
        ByteBuffer set = ByteBuffer.allocate(SIGSET_SIZE).order(ByteOrder.nativeOrder());
        set.putLong(0, signals);
        // pthread_sigmask(3) returns the error number and leaves errno alone.
        return -ProcessLibc.pthread_sigmask(SIG_SETMASK, set.array(), 0);
    }

    @Override
    public int execvp(long file, long argv) {
        return check(ProcessLibc.execvp(file, argv));
    }
}
