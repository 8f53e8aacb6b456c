// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.fdstorefs.internal.EventSys;
import org.fdstorefs.internal.Linux;

/**
 * The inotify(7) of this machine, and its epoll(7), which does not take the regular files that pass for entries: what
 * that would tell of them is for a test to say.
 */
class HostEvents implements EventSys {
    private final EventSys real = EventSys.system();

    /** The entries that somebody has begun to wait for. */
    final BlockingQueue<Long> armed = new LinkedBlockingQueue<>();

    final AtomicInteger instances = new AtomicInteger();

    @Override
    public int inotifyInit(int flags) {
        instances.incrementAndGet();
        return real.inotifyInit(flags);
    }

    @Override
    public int inotifyAddWatch(int fd, byte[] path, int mask) {
        return real.inotifyAddWatch(fd, path, mask);
    }

    @Override
    public int inotifyRmWatch(int fd, int watch) {
        return real.inotifyRmWatch(fd, watch);
    }

    @Override
    public int epollCreate(int flags) {
        return real.epollCreate(flags);
    }

    @Override
    public int epollCtl(int epoll, int operation, int fd, int events, long token) {
        if (operation == Linux.EPOLL_CTL_MOD) {
            armed.add(token);
        }
        int result = real.epollCtl(epoll, operation, fd, events, token);
        return result == -Errno.EPERM.number() || result == -Errno.ENOENT.number() ? 0 : result;
    }

    @Override
    public int epollWait(int epoll, int[] events, long[] tokens) {
        return real.epollWait(epoll, events, tokens);
    }

    /** What {@link #epollWait} answers when these are the events of an entry. */
    static int answer(int[] events, long[] tokens, long token, int answer) {
        events[0] = answer;
        tokens[0] = token;
        return 1;
    }
}
