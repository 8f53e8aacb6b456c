// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** What {@link NativeEventSys} needs of the C library, as {@link Libc}. */
final class EventLibc {
    static {
        Linux.requireSupported();
        Native.register(EventLibc.class, NativeLibrary.getProcess());
    }

    private EventLibc() {}

    static native int inotify_init1(int flags);

    static native int inotify_add_watch(int fd, byte[] path, int mask);

    static native int inotify_rm_watch(int fd, int watch);

    static native int epoll_create1(int flags);

    static native int epoll_ctl(int epoll, int operation, int fd, byte[] event);

    static native int epoll_wait(int epoll, byte[] events, int max, int timeoutMillis);
}
