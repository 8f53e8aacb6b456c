// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;

/** Waits for a name in a directory to change: inotify(7), beside poll(2) of an entry. */
final class DirectoryWatch implements AutoCloseable {
    /** No entry to wait for, only names. */
    static final int NONE = -1;

    private static final int NAMES =
            Linux.IN_CREATE | Linux.IN_MOVED_TO | Linux.IN_DELETE | Linux.IN_MOVED_FROM | Linux.IN_MOVE_SELF;
    private static final byte[] PARENT = {'.', '.'};

    // struct inotify_event { int wd; u32 mask; u32 cookie; u32 len; char name[len]; }
    private static final int EVENT_SIZE = 16;
    private static final int BUFFER_SIZE = 4096;

    private final Directory directory;
    private final Sys sys;
    private final Fd inotify;
    private final Fd wake;

    private DirectoryWatch(Directory directory, Fd inotify, Fd wake) {
        this.directory = directory;
        this.sys = directory.sys();
        this.inotify = inotify;
        this.wake = wake;
    }

    static DirectoryWatch open(Directory directory) throws IOException {
        Sys sys = directory.sys();
        String path = directory.file();
        Fd wake = Fd.adopt(
                sys,
                new Result(
                                Call.EVENTFD,
                                org.fdstorefs.internal.UnnamedSys.system()
                                        .eventfd(0, Linux.EFD_CLOEXEC | Linux.EFD_NONBLOCK))
                        .check(path));
        try {
            Fd inotify = Fd.adopt(
                    sys, new Result(Call.INOTIFY, sys.inotifyInit(Linux.IN_CLOEXEC | Linux.IN_NONBLOCK)).check(path));
            DirectoryWatch watch = new DirectoryWatch(directory, inotify, wake);
            try {
                watch.add("", NAMES).check(path);
                watch.watchParent();
                return watch;
            } catch (Throwable e) {
                inotify.close();
                throw e;
            }
        } catch (Throwable e) {
            wake.close();
            throw e;
        }
    }

    /** Watches the directory, or a path from there; by /proc, since it is open as O_PATH only. */
    private Result add(String path, int mask) throws IOException {
        int number = inotify.intValue();
        return directory.call(dir -> new Result(
                Call.WATCH,
                sys.inotifyAddWatch(
                        number,
                        ("/proc/self/fd/" + dir + "/" + path).getBytes(US_ASCII),
                        mask | Linux.IN_ONLYDIR | Linux.IN_MASK_ADD)));
    }

    /**
     * The end of a directory is an event only where its name is, as long as somebody has it open. Where
     * that may not be watched the end goes unnoticed until something else happens.
     */
    private void watchParent() throws IOException {
        Stat self = new Stat();
        directory.call(dir -> self.look(sys, dir)).check(directory.file());
        Stat parent = new Stat();
        Result looked = directory.call(dir -> parent.look(sys, dir, PARENT));
        if (!looked.failed() && parent.isOnSameDevice(self)) { // else this is the root of the store
            add("..", Linux.IN_DELETE);
        }
    }

    /**
     * Checks that names can still appear.
     *
     * @throws java.nio.file.NoSuchFileException if the directory was removed
     */
    void requireDirectory() throws IOException {
        Stat self = new Stat();
        directory.call(dir -> self.look(sys, dir)).check(directory.file());
        if (self.isRemoved()) {
            throw gone("removed");
        }
    }

    private IOException gone(String how) {
        return SysErrors.exception(-Errno.ENOENT.number(), "inotify", directory.file(), "the directory was " + how);
    }

    /**
     * Waits until names change, poll(2) of the entry reports the event, or the time is over; all of
     * which may be so without any use to the caller.
     *
     * @return what poll(2) reports of the entry
     */
    int await(int entry, int event, Deadline deadline) throws IOException, InterruptedException {
        ByteBuffer polls = ByteBuffer.allocate(3 * Linux.POLLFD_SIZE).order(ByteOrder.nativeOrder());
        int wakeNumber = wake.acquire();
        int inotifyNumber = inotify.acquire();
        try {
            put(polls, wakeNumber, Linux.POLLIN);
            put(polls, inotifyNumber, Linux.POLLIN);
            put(polls, entry, event);
            poll(polls.array(), deadline);
            drain(inotifyNumber);
            return Short.toUnsignedInt(polls.getShort(2 * Linux.POLLFD_SIZE + 6));
        } finally {
            inotify.release();
            wake.release();
        }
    }

    private static void put(ByteBuffer polls, int fd, int events) {
        polls.putInt(fd).putShort((short) events).putShort((short) 0);
    }

    private void poll(byte[] polls, Deadline deadline) throws IOException, InterruptedException {
        int count = polls.length / Linux.POLLFD_SIZE;
        Background poll = Background.start(
                "fdstore-await",
                () -> {
                    int ready;
                    do {
                        ready = sys.poll(polls, count, deadline.pollMillis());
                    } while (ready == -Errno.EINTR.number() || (ready == 0 && !deadline.isOver()));
                    return ready;
                },
                () -> {});
        int ready;
        try {
            ready = poll.await();
        } catch (InterruptedException e) {
            byte[] one = ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putLong(1)
                    .flip()
                    .array();
            wake.use(number -> sys.write(number, one, one.length));
            poll.join(); // the descriptors must stay open until then
            throw e;
        }
        new Result(Call.POLL, ready).check(directory.file());
    }

    /** Reads the events away. Which they are is all one, but for the end and the move of the directory. */
    private void drain(int number) throws IOException {
        byte[] buffer = new byte[BUFFER_SIZE];
        long length;
        while ((length = sys.read(number, buffer, buffer.length)) > 0) {
            ByteBuffer events = ByteBuffer.wrap(buffer).order(ByteOrder.nativeOrder());
            for (int at = 0; at < length; at += EVENT_SIZE + events.getInt(at + 12)) {
                int mask = events.getInt(at + 4);
                if ((mask & Linux.IN_UNMOUNT) != 0) {
                    throw gone("unmounted");
                } else if ((mask & Linux.IN_MOVE_SELF) != 0) {
                    watchParent();
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (wake) {
            inotify.close();
        }
    }
}
