// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import org.fdstorefs.internal.Uapi;
import org.jspecify.annotations.Nullable;

/**
 * An option of {@link FdStore#put} and {@link Draft#put}. Immutable.
 *
 * <pre>{@code
 * try (FdStore store = FdStore.open(Path.of("/run/fdstore"));
 *         Fd connection = Fd.open(Path.of("/dev/fuse"), OpenFlag.READ, OpenFlag.WRITE);
 *         Fd lifetime = Fd.duplicate(0)) {
 *     store.put("connection", connection, PutOption.REPLACE, PutOption.HANGUP);
 *     store.put("peer", connection, PutOption.anchor(lifetime));
 * }
 * }</pre>
 */
public final class PutOption {
    /** Replace what the entry holds, in one step, instead of failing. */
    public static final PutOption REPLACE = new PutOption("REPLACE", Uapi.PUT_REPLACE, null);

    /**
     * Empty the entry by itself once the stored file hangs up, or has an error: when poll(2) of it
     * would report POLLHUP or POLLERR. For pipes, sockets, terminals, /dev/fuse and other files that
     * can be polled; regular files, epoll and O_PATH descriptors cannot.
     */
    public static final PutOption HANGUP = new PutOption("HANGUP", Uapi.PUT_HANGUP, null);

    /** As {@link #HANGUP}, and also once the peer of a socket sends no more: when poll(2) would report POLLRDHUP. */
    public static final PutOption PEER = new PutOption("PEER", Uapi.PUT_PEER, null);

    /** When {@link #HANGUP}, {@link #PEER} or an anchor empties the entry its name goes, too. */
    public static final PutOption REMOVE = new PutOption("REMOVE", Uapi.PUT_REMOVE, null);

    private final String name;
    private final int flag;
    private final @Nullable Fd anchor;

    private PutOption(String name, int flag, @Nullable Fd anchor) {
        this.name = name;
        this.flag = flag;
        this.anchor = anchor;
    }

    /**
     * Empty the entry by itself once this file fires: when poll(2) of it reports POLLIN, POLLHUP or
     * POLLERR. A pidfd ties what is stored to a process, a timerfd is an expiry, an eventfd a
     * revocation, a pipe the life of whoever holds its other end; nothing else can be an anchor.
     *
     * @param anchor stays the caller's, and may be closed after the put
     */
    public static PutOption anchor(Fd anchor) {
        return new PutOption("anchor", 0, requireNonNull(anchor, "anchor is null"));
    }

    /**
     * Does something with the struct fdstorefs_put for a descriptor with these options.
     *
     * @throws IllegalArgumentException if there are two anchors
     */
    static Result use(Fd file, PutOption[] options, PutFunction function) throws IOException {
        int flags = 0;
        Fd anchor = null;
        for (PutOption option : options) {
            flags |= requireNonNull(option, "option is null").flag;
            if (option.anchor != null && anchor != null) {
                throw new IllegalArgumentException("two anchors: an entry has one");
            }
            anchor = option.anchor == null ? anchor : option.anchor;
        }
        int bits = flags;
        if (anchor == null) {
            return file.use(number -> function.apply(Uapi.put(number, bits, Uapi.NO_ANCHOR)));
        }
        Fd end = anchor;
        return file.use(number -> end.use(other -> function.apply(Uapi.put(number, bits, other))));
    }

    /** What is done with the struct. */
    @FunctionalInterface
    interface PutFunction {
        Result apply(byte[] argument) throws IOException;
    }

    @Override
    public String toString() {
        return anchor == null ? name : name + "(" + anchor + ")";
    }
}
