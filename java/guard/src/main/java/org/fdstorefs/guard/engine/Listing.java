// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.FuseException;

/**
 * The names of a directory, in the order of a hash of each: where a reader stands is then a number that means
 * the same to the next life of the server and to the next guard, whatever order they list names in.
 * Names that were there all the time are listed once, as ever.
 */
final class Listing {
    private static final int LONGEST_NAME = 4095; // what is longer, no kernel takes
    private static final int COST_OF_NAME = 64; // beside its bytes
    private static final long FIRST_HASH = 16;

    /** A name, and the position behind it. */
    record Name(long position, byte[] bytes, long inode, int type) {}

    private final List<Name> names;
    private final Room room;
    private final long size;

    private Listing(List<Name> names, Room room, long size) {
        this.names = names;
        this.room = room;
        this.size = size;
    }

    static Listing empty() {
        return new Listing(List.of(), new Room(0), 0);
    }

    /** The memory that all listings together may take: a directory may have no end, and many may read one. */
    static final class Room {
        private final long most;
        private final AtomicLong taken = new AtomicLong();

        Room(long most) {
            this.most = most;
        }

        void take(long bytes) throws FuseException {
            if (taken.addAndGet(bytes) > most) {
                taken.addAndGet(-bytes);
                throw new FuseException(Errno.ENOMEM);
            }
        }

        void giveBack(long bytes) {
            taken.addAndGet(-bytes);
        }

        long taken() {
            return taken.get();
        }
    }

    /** Nobody reads it any more. */
    void close() {
        room.giveBack(size);
    }

    /** Reads pieces of a directory. */
    @FunctionalInterface
    interface Source {
        ByteBuffer read(long offset) throws BackendGoneException, FuseException;
    }

    /**
     * Reads all of a directory.
     *
     * @throws FuseException with ENOMEM if there is no room for it, or EIO if it makes no sense
     */
    static Listing read(Source source, Room room) throws BackendGoneException, FuseException {
        List<Name> names = new ArrayList<>();
        long size = 0;
        boolean complete = false;
        try {
            long offset = 0;
            Circle circle = new Circle();
            for (ByteBuffer piece = source.read(0); piece.hasRemaining(); piece = source.read(offset)) {
                int before = names.size();
                long next = add(piece.order(ByteOrder.nativeOrder()), names);
                if (circle.isClosedBy(next)) {
                    throw new FuseException(Errno.EIO); // it would never end
                }
                long more = size(names.subList(before, names.size()));
                room.take(more);
                size += more;
                offset = next;
            }
            names.sort(Comparator.comparingLong(Name::position));
            complete = true;
            return new Listing(names, room, size);
        } finally {
            if (!complete) {
                room.giveBack(size);
            }
        }
    }

    private static long size(List<Name> names) {
        long size = 0;
        for (Name name : names) {
            size += COST_OF_NAME + name.bytes.length;
        }
        return size;
    }

    /** Finds out that offsets come again, by Brent's algorithm. */
    private static final class Circle {
        private long mark;
        private long steps;
        private long most = 1;

        boolean isClosedBy(long offset) {
            boolean again = offset == mark;
            if (++steps == most) {
                mark = offset;
                most *= 2;
                steps = 0;
            }
            return again;
        }
    }

    /**
     * {@code struct fuse_dirent}s; returns the offset behind the last one. libfuse fills the reply to its last byte, so
     * what is cut off there comes again.
     */
    private static long add(ByteBuffer in, List<Name> names) throws FuseException {
        long next = 0;
        while (in.remaining() >= Wire.DIRENT) {
            long inode = in.getLong();
            long behind = in.getLong();
            int length = in.getInt();
            int type = in.getInt();
            if (length <= 0 || length > LONGEST_NAME) {
                throw new FuseException(Errno.EIO);
            }
            if (length > in.remaining()) {
                break;
            }
            next = behind;
            byte[] name = new byte[length];
            in.get(name);
            in.position(Math.min(in.limit(), in.position() + (-(Wire.DIRENT + length) & 7)));
            names.add(new Name(position(name), name, inode, type));
        }
        if (next == 0) {
            throw new FuseException(Errno.EIO);
        }
        return next;
    }

    private static long position(byte[] name) {
        if (name[0] == '.' && name.length == 1) {
            return 1;
        } else if (name[0] == '.' && name.length == 2 && name[1] == '.') {
            return 2;
        }
        long hash = 0xCBF29CE484222325L; // FNV-1a
        for (byte b : name) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
        }
        hash ^= hash >>> 32; // its upper bits are the weaker ones
        hash *= 0x9E3779B97F4A7C15L;
        return Math.max(FIRST_HASH, hash >>> 1);
    }

    /** Those behind a position, one by one, as long as they are taken. */
    void forEachBehind(long position, Taker taker) {
        int at = firstBehind(position);
        while (at < names.size() && taker.take(names.get(at))) {
            at++;
        }
    }

    /** Takes a name, or has had enough. */
    @FunctionalInterface
    interface Taker {
        boolean take(Name name);
    }

    private int firstBehind(long position) {
        int low = 0;
        int high = names.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (names.get(middle).position <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
