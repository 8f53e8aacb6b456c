// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

/** An entry that the {@link Reactor} has open, and whose events it reports. */
final class Polled {
    private final Reactor reactor;
    private final long token;
    private final int fd;
    private final Listener listener;
    private int wanted;

    /** Who is notified, once for each request. */
    @FunctionalInterface
    interface Listener {
        void fired(int events);
    }

    Polled(Reactor reactor, long token, int fd, Listener listener) {
        this.reactor = reactor;
        this.token = token;
        this.fd = fd;
        this.listener = listener;
        this.wanted = -1;
    }

    long token() {
        return token;
    }

    int fd() {
        return fd;
    }

    /** Wants these events, or none but a hang-up. */
    void want(int events) {
        if (wanted != events) {
            wanted = events;
            reactor.arm(this, events);
        }
    }

    void fire(int events) {
        wanted = -1;
        listener.fired(events);
    }

    void drop() {
        reactor.drop(this);
    }
}
