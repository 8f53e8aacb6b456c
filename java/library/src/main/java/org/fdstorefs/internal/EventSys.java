// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

/** The system calls that wait for many things at once, with the manners of {@link Sys}. */
public interface EventSys {

    /** The system calls of this machine. */
    static EventSys system() {
        return NativeEventSys.INSTANCE;
    }

    /** inotify_init1(2). */
    int inotifyInit(int flags);

    /** inotify_add_watch(2). */
    int inotifyAddWatch(int fd, byte[] path, int mask);

    /** inotify_rm_watch(2). */
    int inotifyRmWatch(int fd, int watch);

    /** epoll_create1(2). */
    int epollCreate(int flags);

    /** epoll_ctl(2); the token comes back with each event. */
    int epollCtl(int epoll, int operation, int fd, int events, long token);

    /** epoll_wait(2) without a time-out: how many events there are, at most as many as the arrays have room for. */
    int epollWait(int epoll, int[] events, long[] tokens);
}
