// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.server;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import org.fdstorefs.Fd;
import org.fdstorefs.fuse.BadStateException;
import org.fdstorefs.fuse.FuseFileSystem;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.OtherSessionException;
import org.fdstorefs.fuse.Replay;
import org.fdstorefs.fuse.state.StateMemory;
import org.fdstorefs.fuse.workers.FuseDevice;
import org.fdstorefs.fuse.workers.FuseMount;
import org.fdstorefs.fuse.workers.FuseServer;
import org.jspecify.annotations.Nullable;

/**
 * A FUSE connection and what a server keeps beside it; {@link RecoverableServer} does with it what
 * most servers want.
 *
 * <p>Two descriptors make a session: the connection, on which the kernel asks, and the state
 * memory, in which a server notes what it has agreed with the kernel and what it is working on.
 * A server that has both can continue where another one was killed: {@link SessionStore} keeps them. The
 * mount lives as long as the connection is open anywhere, and closing a session that is stored does
 * not end it.
 *
 * <p>Not thread-safe, but for {@link #connection}, {@link #state}, {@link #isConnected} and {@link #stop}. Once
 * it is closed, all but {@link #connection}, {@link #state} and {@link #close} throw {@link
 * IllegalStateException}.
 */
public final class FuseSession implements AutoCloseable {
    /** How much data one WRITE carries; also the most that a READ asks for. */
    private static final int MAX_WRITE = 128 * 1024;

    private final FuseFileSystem files;
    private final FuseDevice device;
    private final StateMemory state;
    private final FuseServer server;
    private @Nullable FuseMount mount;
    private volatile boolean closed;

    private FuseSession(FuseDevice device, StateMemory state, FuseFileSystem files) {
        this.files = files;
        this.device = device;
        this.state = state;
        this.server = new FuseServer(device, state, files);
    }

    /**
     * Makes a file system, which nobody sees before {@link #attach}, so that it can be stored first. The
     * kernel checks the mode bits, and lets every user in.
     *
     * @param name shown as the source of the mount
     * @param identity what the session is about: kept in the state, and compared by {@link #resume}
     * @param files to be served; its {@link FuseFileSystem#begin} is called
     * @param workers how many threads {@link #serve} may use, 1 to 64: the journal gets so many slots
     * @throws IOException if {@code /dev/fuse} cannot be opened, or CAP_SYS_ADMIN is missing
     */
    public static FuseSession create(String name, Identity identity, FuseFileSystem files, int workers)
            throws IOException {
        requireNonNull(name, "name is null");
        requireNonNull(identity, "identity is null");
        requireNonNull(files, "files is null");
        if (workers < 1 || workers > StateMemory.MAX_SLOTS) {
            throw new IllegalArgumentException("workers is " + workers + ", not 1 to " + StateMemory.MAX_SLOTS);
        }
        FuseDevice device = FuseDevice.open();
        try {
            StateMemory state = StateMemory.create(workers, MAX_WRITE, identity);
            FuseSession session = begin(device, state, files, true);
            try {
                session.mount = FuseMount.create(name, device);
                return session;
            } catch (Throwable e) {
                state.close();
                throw e;
            }
        } catch (Throwable e) {
            device.close();
            throw e;
        }
    }

    /**
     * Takes a session over, with the two descriptors of its earlier server, which are closed with
     * it, or if this fails.
     *
     * @param identity what the caller is about
     * @param files to be served; its {@link FuseFileSystem#begin} is called
     * @throws BadStateException if the state is of another version, or damaged; nothing has changed
     * @throws OtherSessionException if the session is about something else; nothing has changed
     */
    public static FuseSession resume(Fd connection, Fd state, Identity identity, FuseFileSystem files)
            throws IOException {
        requireNonNull(connection, "connection is null");
        requireNonNull(state, "state is null");
        requireNonNull(identity, "identity is null");
        requireNonNull(files, "files is null");
        try {
            return begin(new FuseDevice(connection), StateMemory.adopt(state, identity), files, false);
        } catch (Throwable e) {
            connection.close();
            throw e;
        }
    }

    private static FuseSession begin(FuseDevice device, StateMemory state, FuseFileSystem files, boolean fresh)
            throws IOException {
        try {
            files.begin(state.lookups(), fresh);
            return new FuseSession(device, state, files);
        } catch (Throwable e) {
            state.close();
            throw e;
        }
    }

    /** Mounts what {@link #create} made. A mount there whose server is gone for good is removed first. */
    public void attach(Path target) throws IOException {
        unattached().attach(target);
        abandonMount(); // which is the descriptor alone now
    }

    /** The root of what {@link #create} made and is not attached, for this process. */
    Path detachedRoot() {
        return unattached().path();
    }

    /** Unmounts what {@link #create} made and is not attached. */
    void abandonMount() throws IOException {
        unattached().close();
        mount = null;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the session is closed");
        }
    }

    private FuseMount unattached() {
        checkOpen();
        if (mount == null) {
            throw new IllegalStateException("the session is mounted already");
        }
        return mount;
    }

    /** The connection, to be stored. The session keeps and closes it. */
    public Fd connection() {
        return device.fd();
    }

    /** The state memory, to be stored. The session keeps and closes it. */
    public Fd state() {
        return state.fd();
    }

    /** Whether the file system is still mounted. */
    public boolean isConnected() throws IOException {
        checkOpen();
        return device.isConnected();
    }

    /**
     * Answers what an earlier server had read and not answered; to be called between {@link #resume}
     * and {@link #serve}.
     *
     * @param limit after so many servers have died at a request, it is answered with EIO instead
     */
    public Replay replay(int limit) throws IOException {
        checkOpen();
        return server.replay(limit);
    }

    /**
     * Answers requests until the file system is unmounted, upon which {@link FuseFileSystem#end} is called, or until {@link
     * #stop}. If this throws, no thread works on requests any more; a request whose handler failed was
     * answered, and does not end this.
     *
     * @param workers how many threads to use, this one among them; no more than the journal has slots
     * @return whether it was unmounted; false if it was stopped
     */
    public boolean serve(int workers) throws IOException {
        checkOpen();
        boolean unmounted = server.serve(workers);
        if (unmounted) {
            files.end();
        }
        return unmounted;
    }

    /**
     * Has {@link #serve} return, now or when it is called, as soon as what is being worked on is answered.
     * The file system stays mounted, and its users wait for the next server, if the session is
     * stored.
     */
    public void stop() {
        checkOpen();
        server.stop();
    }

    /**
     * Serves and uses a scratch file system for a moment, so that the code for it is loaded before it is
     * needed in a hurry: a server that stands by takes over sooner. It is mounted where nobody sees it.
     *
     * @throws IOException if that fails, for example because CAP_SYS_ADMIN is missing, without which a
     *     server can take over, but not mount
     */
    public static void warmUp(FuseFileSystem scratch) throws IOException {
        new WarmUp(scratch).run();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        try (device;
                state) {
            if (mount != null) {
                mount.close();
            }
        }
    }
}
