// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

/**
 * The numbers of the system calls that are made here, named as in {@code asm/unistd.h}. amd64 has its own; aarch64 and
 * riscv64 have those of {@code asm-generic/unistd.h}.
 */
final class SyscallNumber {
    static final int READ = number(0, 63);
    static final int WRITE = number(1, 64);
    static final int CLOSE = number(3, 57);
    static final int IOCTL = number(16, 29);
    static final int PREAD64 = number(17, 67);
    static final int GETSOCKNAME = number(51, 204);
    static final int GETPEERNAME = number(52, 205);
    static final int GETSOCKOPT = number(55, 209);
    static final int KILL = number(62, 129);
    static final int FCNTL = number(72, 25);
    static final int FLOCK = number(73, 32);
    static final int FSTATFS = number(138, 44);
    static final int MOUNT = number(165, 40);
    static final int UMOUNT2 = number(166, 39);
    static final int GETDENTS64 = number(217, 61);
    static final int EPOLL_CTL = number(233, 21);
    static final int INOTIFY_ADD_WATCH = number(254, 27);
    static final int INOTIFY_RM_WATCH = number(255, 28);
    static final int OPENAT = number(257, 56);
    static final int MKDIRAT = number(258, 34);
    static final int UNLINKAT = number(263, 35);
    static final int LINKAT = number(265, 37);
    static final int PPOLL = number(271, 73);
    static final int EPOLL_PWAIT = number(281, 22);
    static final int TIMERFD_CREATE = number(283, 85);
    static final int TIMERFD_SETTIME = number(286, 86);
    static final int EVENTFD2 = number(290, 19);
    static final int EPOLL_CREATE1 = number(291, 20);
    static final int DUP3 = number(292, 24);
    static final int PIPE2 = number(293, 59);
    static final int INOTIFY_INIT1 = number(294, 26);
    static final int RENAMEAT2 = number(316, 276);
    static final int MEMFD_CREATE = number(319, 279);
    static final int STATX = number(332, 291);

    // From 424 on the numbers are the same on every machine.
    static final int MOVE_MOUNT = 429;
    static final int FSOPEN = 430;
    static final int FSCONFIG = 431;
    static final int FSMOUNT = 432;
    static final int PIDFD_OPEN = 434;
    static final int CLOSE_RANGE = 436;
    static final int PIDFD_GETFD = 438;

    private SyscallNumber() {}

    private static int number(int amd64, int generic) {
        return Linux.isAmd64() ? amd64 : generic;
    }
}
