// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.fdstorefs.internal.Uapi;
import org.jspecify.annotations.Nullable;

/**
 * An option of {@link FdStore#put} and {@link Draft#put}. Immutable; two that ask for the same are equal.
 *
 * <pre>{@code
 * try (FdStore store = FdStore.open(Path.of("/run/fdstore"));
 *         Fd connection = Fd.open(Path.of("/dev/fuse"), OpenFlag.READ, OpenFlag.WRITE);
 *         Fd lifetime = Fd.duplicate(0)) {
 *     store.put("connection", connection, PutOption.REPLACE, PutOption.HANGUP, PutOption.REMOVE);
 *     store.put("peer", connection, PutOption.anchor(lifetime));
 *     store.put("soon", connection, PutOption.expire(Duration.ofSeconds(90)));
 * }
 * }</pre>
 *
 * <p>An entry has at most one anchor: give only one of {@link #anchor}, {@link #expire} and {@link #expireAt}.
 */
public final class PutOption {
    /** Replace what the entry holds, in one step, instead of failing. */
    public static final PutOption REPLACE = new PutOption("REPLACE", Uapi.PUT_REPLACE, NoAnchor.NONE);

    /**
     * Empty the entry by itself once the stored file hangs up, or has an error: when poll(2) of it would report
     * POLLHUP or POLLERR. Data that the peer has sent and nobody has read are lost.
     *
     * <p>A pipe hangs up when its other end is closed, a unix socket when its peer is, /dev/fuse with the end
     * of its mount. A TCP connection hangs up when both directions are shut down, or when it is reset; for a
     * peer's ordinary close(2) use {@link #PEER}.
     *
     * <p>For files whose poll(2) never waits. Regular files, directories, epoll and O_PATH
     * descriptors cannot be polled for this; terminals, perf events, seccomp listeners and all
     * character devices but /dev/fuse and tun are refused, too.
     */
    public static final PutOption HANGUP = new PutOption("HANGUP", Uapi.PUT_HANGUP, NoAnchor.NONE);

    /**
     * As {@link #HANGUP}, which it includes, and also once the peer of a stream socket sends no more: when
     * poll(2) would report POLLRDHUP, as it does after close(2) or shutdown(2) at the other end of a TCP
     * connection. Data that it has sent and nobody has read are lost.
     */
    public static final PutOption PEER = new PutOption("PEER", Uapi.PUT_PEER, NoAnchor.NONE);

    /**
     * When hang-up or anchor empties the entry, remove its name, too, so that it no longer counts against the
     * size of the store. Needs HANGUP, PEER or an anchor. A name that belongs to another entry by then stays. The
     * process that puts must be allowed to remove the name: EACCES or EPERM if not. A name that it may not remove
     * by then stays, too.
     */
    public static final PutOption REMOVE = new PutOption("REMOVE", Uapi.PUT_REMOVE, NoAnchor.NONE);

    private final String name;
    private final int flag;
    private final Anchor anchor;

    private PutOption(String name, int flag, Anchor anchor) {
        this.name = name;
        this.flag = flag;
        this.anchor = anchor;
    }

    /**
     * Empty the entry by itself once this file fires: when poll(2) of it reports POLLIN, POLLHUP or POLLERR.
     * A pidfd ties what is stored to a process, a timerfd is an expiry, an eventfd a revocation, a pipe the
     * life of the process that holds its other end; nothing else can be an anchor. {@link Fd} makes all of
     * these.
     *
     * @param anchor the caller keeps it, and may close it after the put
     */
    public static PutOption anchor(Fd anchor) {
        return new PutOption("anchor", 0, new Given(requireNonNull(anchor, "anchor is null")));
    }

    /**
     * Empty the entry by itself when this time has passed since the put. Time in which the machine sleeps counts.
     *
     * @throws IllegalArgumentException if the time is zero or negative
     */
    public static PutOption expire(Duration time) {
        if (requireNonNull(time, "time is null").isNegative() || time.isZero()) {
            throw new IllegalArgumentException("what is put cannot expire before: " + time);
        }
        return new PutOption("expire", 0, new After(time));
    }

    /**
     * Empty the entry by itself when the clock of this machine shows that time or a later one. The put fails
     * with EPIPE if the time is past.
     */
    public static PutOption expireAt(Instant time) {
        return new PutOption("expireAt", 0, new At(requireNonNull(time, "time is null")));
    }

    /** The anchor that the caller gave. */
    Optional<Fd> given() {
        return anchor instanceof Given given ? Optional.of(given.fd()) : Optional.empty();
    }

    boolean isAnchor() {
        return anchor != NoAnchor.NONE;
    }

    /** What ends it. */
    private interface Anchor {
        Result use(WithAnchor function) throws IOException;
    }

    @FunctionalInterface
    private interface WithAnchor {
        Result apply(int fd) throws IOException;
    }

    private enum NoAnchor implements Anchor {
        NONE;

        @Override
        public Result use(WithAnchor function) throws IOException {
            return function.apply(Uapi.NO_ANCHOR);
        }
    }

    private record Given(Fd fd) implements Anchor {
        @Override
        public Result use(WithAnchor function) throws IOException {
            return fd.use(function::apply);
        }

        @Override
        public String toString() {
            return fd.toString();
        }
    }

    private record After(Duration time) implements Anchor {
        @Override
        public Result use(WithAnchor function) throws IOException {
            try (Fd timer = Fd.timerfd(time)) {
                return timer.use(function::apply);
            }
        }

        @Override
        public String toString() {
            return time.toString();
        }
    }

    private record At(Instant time) implements Anchor {
        @Override
        public Result use(WithAnchor function) throws IOException {
            try (Fd timer = Fd.timerfd(time)) {
                return timer.use(function::apply);
            }
        }

        @Override
        public String toString() {
            return time.toString();
        }
    }

    /**
     * Does something with the struct fdstorefs_put for a descriptor with these options.
     *
     * @throws IllegalArgumentException if there are two anchors
     */
    static Result use(Fd file, PutOption[] options, PutFunction function) throws IOException {
        int flags = 0;
        Anchor anchor = NoAnchor.NONE;
        for (PutOption option : options) {
            flags |= requireNonNull(option, "option is null").flag;
            if (option.anchor != NoAnchor.NONE && anchor != NoAnchor.NONE) {
                throw new IllegalArgumentException(
                        "two anchors, an entry has one: " + anchor + " and " + option.anchor);
            }
            anchor = option.anchor == NoAnchor.NONE ? anchor : option.anchor;
        }
        int bits = flags;
        Anchor end = anchor;
        return file.use(number -> end.use(other -> function.apply(Uapi.put(number, bits, other))));
    }

    /** What is done with the struct. */
    @FunctionalInterface
    interface PutFunction {
        Result apply(byte[] argument) throws IOException;
    }

    @SuppressWarnings("exports") // to require the annotation transitively would make users need it, too
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PutOption option && flag == option.flag && anchor.equals(option.anchor);
    }

    @Override
    public int hashCode() {
        return 31 * flag + anchor.hashCode();
    }

    @Override
    public String toString() {
        return anchor == NoAnchor.NONE ? name : name + "(" + anchor + ")";
    }
}
