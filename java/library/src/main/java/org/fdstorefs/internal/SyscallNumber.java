// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

/**
 * The numbers of the system calls that are made here, named as in {@code asm/unistd.h}. amd64 has its own; aarch64 and
 * riscv64 have those of {@code asm-generic/unistd.h}.
 */
public final class SyscallNumber {
    public static final int READ = number(0, 63);
    public static final int WRITE = number(1, 64);
    public static final int CLOSE = number(3, 57);
    public static final int RT_SIGPROCMASK = number(14, 135);
    public static final int IOCTL = number(16, 29);
    public static final int PREAD64 = number(17, 67);
    public static final int WRITEV = number(20, 66);
    public static final int MADVISE = number(28, 233);
    public static final int RECVFROM = number(45, 207);
    public static final int SHUTDOWN = number(48, 210);
    public static final int GETSOCKNAME = number(51, 204);
    public static final int GETPEERNAME = number(52, 205);
    public static final int SOCKETPAIR = number(53, 199);
    public static final int SETSOCKOPT = number(54, 208);
    public static final int GETSOCKOPT = number(55, 209);
    public static final int KILL = number(62, 129);
    public static final int FCNTL = number(72, 25);
    public static final int FLOCK = number(73, 32);
    public static final int FTRUNCATE = number(77, 46);
    public static final int STATFS = number(137, 43);
    public static final int FSTATFS = number(138, 44);
    public static final int MLOCK = number(149, 228);
    public static final int MUNLOCK = number(150, 229);
    public static final int PRCTL = number(157, 167);
    public static final int MOUNT = number(165, 40);
    public static final int UMOUNT2 = number(166, 39);
    public static final int GETTID = number(186, 178);
    public static final int GETDENTS64 = number(217, 61);
    public static final int EPOLL_CTL = number(233, 21);
    public static final int TGKILL = number(234, 131);
    public static final int INOTIFY_ADD_WATCH = number(254, 27);
    public static final int INOTIFY_RM_WATCH = number(255, 28);
    public static final int OPENAT = number(257, 56);
    public static final int MKDIRAT = number(258, 34);
    public static final int UNLINKAT = number(263, 35);
    public static final int LINKAT = number(265, 37);
    public static final int PPOLL = number(271, 73);
    public static final int VMSPLICE = number(278, 75);
    public static final int EPOLL_PWAIT = number(281, 22);
    public static final int TIMERFD_CREATE = number(283, 85);
    public static final int FALLOCATE = number(285, 47);
    public static final int TIMERFD_SETTIME = number(286, 86);
    public static final int EVENTFD2 = number(290, 19);
    public static final int EPOLL_CREATE1 = number(291, 20);
    public static final int DUP3 = number(292, 24);
    public static final int PIPE2 = number(293, 59);
    public static final int INOTIFY_INIT1 = number(294, 26);
    public static final int RENAMEAT2 = number(316, 276);
    public static final int SECCOMP = number(317, 277);
    public static final int MEMFD_CREATE = number(319, 279);
    public static final int STATX = number(332, 291);

    // From 424 on the numbers are the same on every machine.
    public static final int PIDFD_SEND_SIGNAL = 424;
    public static final int MOVE_MOUNT = 429;
    public static final int FSOPEN = 430;
    public static final int FSCONFIG = 431;
    public static final int FSMOUNT = 432;
    public static final int PIDFD_OPEN = 434;
    public static final int CLOSE_RANGE = 436;
    public static final int PIDFD_GETFD = 438;

    private SyscallNumber() {}

    private static int number(int amd64, int generic) {
        return Linux.isAmd64() ? amd64 : generic;
    }
}
