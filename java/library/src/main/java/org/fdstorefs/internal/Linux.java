// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

/**
 * Numbers of the Linux user API, named as in its headers ({@code fcntl.h}, {@code poll.h}, {@code
 * sys/socket.h}, {@code linux/mount.h}, {@code linux/close_range.h}). They hold for the
 * little-endian 64-bit machines that {@link #requireSupported} accepts, which differ only where a
 * method stands here instead of a constant.
 */
public final class Linux {
    public static final int AT_FDCWD = -100;
    public static final int AT_SYMLINK_FOLLOW = 0x400;

    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 01;
    public static final int O_RDWR = 02;
    public static final int O_CREAT = 0100;
    public static final int O_EXCL = 0200;
    public static final int O_NOCTTY = 0400;
    public static final int O_TRUNC = 01000;
    public static final int O_APPEND = 02000;
    public static final int O_NONBLOCK = 04000;
    public static final int O_CLOEXEC = 02000000;
    public static final int O_PATH = 010000000;

    public static final int O_ACCMODE = 03;

    public static final int F_GETFD = 1;
    public static final int F_SETFD = 2;
    public static final int F_GETFL = 3;
    public static final int FD_CLOEXEC = 1;
    public static final int F_DUPFD_CLOEXEC = 1030;
    public static final int CLOSE_RANGE_UNSHARE = 2;
    public static final int CLOSE_RANGE_CLOEXEC = 4;

    public static final int POLLIN = 1;
    public static final int POLLOUT = 4;
    public static final int POLLERR = 8;
    public static final int POLLHUP = 16;
    /** struct pollfd { int fd; short events; short revents; } */
    public static final int POLLFD_SIZE = 8;

    public static final int AT_SYMLINK_NOFOLLOW = 0x100;
    public static final int AT_REMOVEDIR = 0x200;
    public static final int AT_EMPTY_PATH = 0x1000;
    public static final int RENAME_NOREPLACE = 1;
    public static final int RENAME_EXCHANGE = 2;

    /**
     * struct statx: stx_nlink is a u32 at 16, stx_mode a u16 at 28, stx_ino a u64 at 32; stx_dev_major
     * and _minor are u32 at 136 and 140.
     */
    public static final int STATX_SIZE = 256;

    public static final int STATX_TYPE = 1;
    public static final int STATX_NLINK = 4;
    public static final int STATX_INO = 0x100;
    public static final int S_IFMT = 0170000;
    public static final int S_IFREG = 0100000;
    public static final int S_IFIFO = 0010000;
    public static final int S_IFCHR = 0020000;
    public static final int S_IFDIR = 0040000;

    // sys/epoll.h
    public static final int EPOLLIN = POLLIN;
    public static final int EPOLLERR = POLLERR;
    public static final int EPOLLHUP = POLLHUP;
    public static final int EPOLLONESHOT = 1 << 30;
    public static final int EPOLL_CTL_ADD = 1;
    public static final int EPOLL_CTL_DEL = 2;
    public static final int EPOLL_CTL_MOD = 3;
    public static final int EPOLL_CLOEXEC = O_CLOEXEC;

    // sys/inotify.h, sys/eventfd.h
    public static final int IN_MOVED_FROM = 0x40;
    public static final int IN_MOVED_TO = 0x80;
    public static final int IN_CREATE = 0x100;
    public static final int IN_DELETE = 0x200;
    public static final int IN_MOVE_SELF = 0x800;
    public static final int IN_UNMOUNT = 0x2000;
    public static final int IN_Q_OVERFLOW = 0x4000;
    public static final int IN_IGNORED = 0x8000;
    public static final int IN_ONLYDIR = 0x1000000;
    public static final int IN_ISDIR = 0x40000000;
    public static final int IN_CLOEXEC = O_CLOEXEC;
    public static final int IN_NONBLOCK = O_NONBLOCK;
    public static final int EFD_CLOEXEC = O_CLOEXEC;

    // sys/timerfd.h
    public static final int CLOCK_REALTIME = 0;
    public static final int CLOCK_BOOTTIME = 7;
    public static final int TFD_TIMER_ABSTIME = 1;
    public static final int TFD_CLOEXEC = O_CLOEXEC;
    /** struct itimerspec: the interval in seconds and nanoseconds, and the first expiration likewise; four longs. */
    public static final int ITIMERSPEC_SIZE = 32;

    // sys/mman.h, linux/falloc.h
    public static final int MFD_CLOEXEC = 1;
    public static final int MFD_ALLOW_SEALING = 2;
    public static final int F_ADD_SEALS = 1033;
    public static final int F_GET_SEALS = 1034;
    public static final int F_SEAL_SEAL = 1;
    public static final int F_SEAL_SHRINK = 2;
    public static final int FALLOC_FL_KEEP_SIZE = 1;
    public static final int FALLOC_FL_PUNCH_HOLE = 2;
    public static final int MADV_POPULATE_WRITE = 23; // since Linux 5.14

    // linux/mount.h
    public static final int FSOPEN_CLOEXEC = 1;
    public static final int FSCONFIG_SET_FLAG = 0;
    public static final int FSCONFIG_SET_STRING = 1;
    public static final int FSCONFIG_SET_FD = 5;
    public static final int FSCONFIG_CMD_CREATE = 6;
    public static final int FSMOUNT_CLOEXEC = 1;
    public static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
    public static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    public static final int MNT_FORCE = 1;
    public static final int MNT_DETACH = 2;
    public static final int UMOUNT_NOFOLLOW = 8;

    public static final int LOCK_EX = 2;
    public static final int LOCK_NB = 4;
    public static final int LOCK_UN = 8;

    public static final byte DT_DIR = 4;
    public static final byte DT_REG = 8;

    public static final int AF_UNIX = 1;
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_DGRAM = 2;
    public static final int SOL_SOCKET = 1;
    public static final int SO_TYPE = 3;
    public static final int SO_ACCEPTCONN = 30;
    public static final int SO_DOMAIN = 39;

    public static final long SIG_DFL = 0;
    public static final long SIG_IGN = 1;
    /** More than any struct sigaction of the C libraries; glibc's has 152 bytes. */
    public static final int SIGACTION_SIZE = 256;

    public static final int X_OK = 1;
    public static final int CLONE_FS = 0x200;
    public static final int RLIMIT_NOFILE = 7;
    /** struct rlimit: the soft limit at 0, the hard one at 8. */
    public static final int RLIMIT_SIZE = 16;

    private static final int O_TMPFILE_BIT = 020000000;

    private Linux() {}

    /** The machines whose numbers are known here. */
    private enum Machine {
        AMD64(0200000, 0400000),
        AARCH64(040000, 0100000),
        RISCV64(0200000, 0400000);

        private final int directory;
        private final int noFollow;

        Machine(int directory, int noFollow) {
            this.directory = directory;
            this.noFollow = noFollow;
        }

        private static Machine current() {
            String os = System.getProperty("os.name");
            String arch = System.getProperty("os.arch");
            return switch (os.equals("Linux") ? arch : "") {
                case "amd64" -> AMD64;
                case "aarch64" -> AARCH64;
                case "riscv64" -> RISCV64;
                default ->
                    throw new UnsupportedOperationException(
                            "fdstorefs needs Linux on amd64, aarch64 or riscv64; this is " + os + " on " + arch);
            };
        }
    }

    /** Put off to the first use, so that the constants above stay usable everywhere. */
    private static final class Here {
        private static final Machine MACHINE = Machine.current();
    }

    /**
     * Ends the attempt to make system calls where their numbers are not known.
     *
     * @throws UnsupportedOperationException if this is no supported machine
     */
    static void requireSupported() {
        Machine.current();
    }

    public static int oDirectory() {
        return Here.MACHINE.directory;
    }

    public static int oNoFollow() {
        return Here.MACHINE.noFollow;
    }

    public static int oTmpFile() {
        return O_TMPFILE_BIT | oDirectory();
    }

    /** sizeof(struct epoll_event) { u32 events; u64 data; }: packed on amd64 alone. */
    static int epollEventSize() {
        return epollDataOffset() + Long.BYTES;
    }

    static int epollDataOffset() {
        return isAmd64() ? Integer.BYTES : Long.BYTES;
    }

    static boolean isAmd64() {
        return Here.MACHINE == Machine.AMD64;
    }
}
