// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static org.fdstorefs.internal.NativeSys.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@link EventSys} on the C library. */
final class NativeEventSys implements EventSys {
    static final NativeEventSys INSTANCE = new NativeEventSys();

    private static final int NO_TIMEOUT = -1;

    private NativeEventSys() {}

    @Override
    public int inotifyInit(int flags) {
        return check(EventLibc.inotify_init1(flags));
    }

    @Override
    public int inotifyAddWatch(int fd, byte[] path, int mask) {
        return check(EventLibc.inotify_add_watch(fd, ByteStrings.cString(path), mask));
    }

    @Override
    public int inotifyRmWatch(int fd, int watch) {
        return check(EventLibc.inotify_rm_watch(fd, watch));
    }

    @Override
    public int epollCreate(int flags) {
        return check(EventLibc.epoll_create1(flags));
    }

    @Override
    public int epollCtl(int epoll, int operation, int fd, int events, long token) {
        byte[] event = new byte[Linux.epollEventSize()];
        buffer(event).putInt(0, events).putLong(Linux.epollDataOffset(), token);
        return check(EventLibc.epoll_ctl(epoll, operation, fd, event));
    }

    @Override
    public int epollWait(int epoll, int[] events, long[] tokens) {
        int size = Linux.epollEventSize();
        int room = Math.min(events.length, tokens.length);
        byte[] found = new byte[room * size];
        int count = check(EventLibc.epoll_wait(epoll, found, room, NO_TIMEOUT));
        for (int i = 0; i < count; i++) {
            events[i] = buffer(found).getInt(i * size);
            tokens[i] = buffer(found).getLong(i * size + Linux.epollDataOffset());
        }
        return count;
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }
}
