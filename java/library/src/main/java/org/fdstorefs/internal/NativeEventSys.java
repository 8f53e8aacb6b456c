// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

/** {@link EventSys} by {@link SystemCall}. */
final class NativeEventSys implements EventSys {
    static final NativeEventSys INSTANCE = new NativeEventSys();

    private static final int NO_TIMEOUT = -1;
    private static final int NO_SIGSET = 0;

    private NativeEventSys() {}

    @Override
    public int inotifyInit(int flags) {
        return (int) SystemCall.make(SyscallNumber.INOTIFY_INIT1, flags);
    }

    @Override
    public int inotifyAddWatch(int fd, byte[] path, int mask) {
        try (SystemCall call = SystemCall.prepare()) {
            return (int) call.invoke(SyscallNumber.INOTIFY_ADD_WATCH, fd, call.string(path), mask);
        }
    }

    @Override
    public int inotifyRmWatch(int fd, int watch) {
        return (int) SystemCall.make(SyscallNumber.INOTIFY_RM_WATCH, fd, watch, 0);
    }

    @Override
    public int epollCreate(int flags) {
        return (int) SystemCall.make(SyscallNumber.EPOLL_CREATE1, flags);
    }

    @Override
    public int epollCtl(int epoll, int operation, int fd, int events, long token) {
        try (SystemCall call = SystemCall.prepare()) {
            long event = call.room(Linux.epollEventSize());
            call.putInt(event, events);
            call.putLong(event + Linux.epollDataOffset(), token);
            return (int) call.invoke(SyscallNumber.EPOLL_CTL, epoll, operation, fd, event, 0, 0);
        }
    }

    @Override
    public int epollWait(int epoll, int[] events, long[] tokens) {
        int size = Linux.epollEventSize();
        int room = Math.min(events.length, tokens.length);
        try (SystemCall call = SystemCall.prepare()) {
            long found = call.room(room * size);
            int count =
                    (int) call.invoke(SyscallNumber.EPOLL_PWAIT, epoll, found, room, NO_TIMEOUT, NO_SIGSET, Long.BYTES);
            for (int i = 0; i < count; i++) {
                long event = found + (long) i * size;
                events[i] = call.getInt(event);
                tokens[i] = call.getLong(event + Linux.epollDataOffset());
            }
            return count;
        }
    }
}
