// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.guard.state.GuardState;
import org.fdstorefs.guard.state.Hidden;
import org.fdstorefs.guard.state.Node;
import org.fdstorefs.guard.state.OpenHandle;

/** Lists directories. What a server says is kept for as long as somebody reads it. */
final class Directories {
    /** Some 2.5 million names, if the heap may grow to half a gigabyte. */
    private static final long MOST = Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 2);

    private final GuardState state;
    private final Resolver resolver;
    private final OpenFiles files;
    private final Listing.Room room = new Listing.Room(MOST);
    private final Map<Long, Listing> listings = new ConcurrentHashMap<>();

    Directories(GuardState state, Resolver resolver, OpenFiles files) {
        this.state = state;
        this.resolver = resolver;
        this.files = files;
    }

    int list(Asked asked, Calls calls) throws BackendGoneException, FuseException {
        long id = asked.longAt(0);
        long offset = asked.longAt(8);
        int size = asked.intAt(16);
        Listing listing = offset == 0 ? null : listings.get(id);
        if (listing == null) {
            release(id);
            listing = read(id, calls);
            listings.put(id, listing);
        }
        compose(listing, offset, size, resolver.node(asked.header().nodeId()), asked.out());
        return asked.composed();
    }

    void release(long handle) {
        Listing listing = listings.remove(handle);
        if (listing != null) {
            listing.close();
        }
    }

    /** Another life of the server may know others. */
    void forgetListings() {
        listings.keySet().forEach(this::release);
    }

    private Listing read(long id, Calls calls) throws BackendGoneException, FuseException {
        OpenHandle handle;
        long node;
        try {
            handle = files.handle(id);
            node = resolver.resolve(handle.node(), calls);
        } catch (FuseException e) {
            if (e.errno() == Errno.ESTALE.number()) {
                return Listing.empty(); // a directory that was removed
            }
            throw e;
        }
        return Listing.read(offset -> calls.list(node, state.backend(handle), offset), room);
    }

    /** {@code struct fuse_dirent} of {@code linux/fuse.h}, as many as fit. */
    private void compose(Listing listing, long offset, int size, Node directory, ByteBuffer out) {
        out.clear().position(Wire.OUT_HEADER);
        int end = Math.min(out.limit(), Wire.OUT_HEADER + Math.max(0, size));
        listing.forEachBehind(offset, name -> {
            int length = Wire.DIRENT + name.bytes().length + 7 & ~7;
            if (Hidden.isName(name.bytes())) {
                return true;
            } else if (out.position() + length > end) {
                return false;
            }
            int next = out.position() + length;
            out.putLong(inode(directory, name))
                    .putLong(name.position())
                    .putInt(name.bytes().length)
                    .putInt(name.type())
                    .put(name.bytes());
            while (out.position() < next) {
                out.put((byte) 0);
            }
            return true;
        });
    }

    private long inode(Node directory, Listing.Name name) {
        return state.child(directory, Bytes.of(name.bytes()))
                .map(state::inode)
                .orElseGet(() -> name.inode() == 0 ? Wire.UNKNOWN_INODE : name.inode());
    }
}
