// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.internal.SysErrors;

/**
 * Keeps a session in a directory of an fdstorefs, so that it outlives its server.
 *
 * <pre>
 * DIR/lease               empty; locked by the server that is in charge
 * DIR/session/connection  the open /dev/fuse
 * DIR/session/state       the memfd
 * </pre>
 *
 * <p>The two entries are put into {@code DIR/session.new}, which is then renamed: a server finds
 * both or none. The kernel gives up the lock when its holder dies, and hands it to one of those
 * that wait for it.
 */
public final class SessionStore implements AutoCloseable {
    private static final String CONNECTION = "connection";
    private static final String STATE = "state";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path directory;
    private final Path session;
    private final Fd lease;

    private SessionStore(Path directory, Fd lease) {
        this.directory = directory;
        this.session = directory.resolve("session");
        this.lease = lease;
    }

    /** What is kept: to be closed, or given to {@link FuseSession#resume}. */
    public record Kept(Fd connection, Fd state) {}

    /** Opens a directory of a mounted fdstorefs. */
    public static SessionStore open(Path directory) throws IOException {
        FdStore.open(requireNonNull(directory, "directory is null")).close(); // or it is none
        Path path = directory.resolve("lease");
        Fd lease = Fd.open(path, OpenFlag.READ, OpenFlag.WRITE, OpenFlag.CREATE);
        try {
            Files.setPosixFilePermissions(path, OWNER_ONLY); // who can open it can lock it
            return new SessionStore(directory, lease);
        } catch (IOException | RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    /** Waits until no other server is in charge; this one is then, until it is closed or dies. */
    public void awaitLease() throws IOException {
        while (Libc.flock(lease.intValue(), Libc.LOCK_EX) < 0) {
            int errno = Native.getLastError();
            if (errno != Errno.EINTR.number()) {
                throw SysErrors.exception(-errno, "flock", directory + "/lease");
            }
        }
    }

    /** The session, if one is kept. */
    public Optional<Kept> load() throws IOException {
        if (!Files.isDirectory(session)) {
            return Optional.empty();
        }
        try (FdStore store = FdStore.open(session)) {
            Optional<Fd> connection = store.find(CONNECTION);
            if (connection.isEmpty()) {
                return Optional.empty();
            }
            Optional<Fd> state = store.find(STATE);
            if (state.isEmpty()) {
                connection.get().close();
            }
            return state.map(fd -> new Kept(connection.get(), fd));
        }
    }

    /** Keeps a session from now on; it must be the only one. */
    public void save(FuseSession toKeep) throws IOException {
        requireNonNull(toKeep, "session is null");
        Path fresh = directory.resolve("session.new");
        remove(fresh);
        Files.createDirectory(fresh);
        try (FdStore store = FdStore.open(fresh)) {
            store.put(CONNECTION, toKeep.connection());
            store.put(STATE, toKeep.state());
        }
        Files.move(fresh, session, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Keeps the session no longer. Unless a server has it open, the kernel then fails whatever is
     * asked of the mount.
     */
    public void clear() throws IOException {
        remove(session);
    }

    private static void remove(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            try (FdStore store = FdStore.open(directory)) {
                store.remove(CONNECTION);
                store.remove(STATE);
            }
            Files.delete(directory);
        }
    }

    @Override
    public void close() throws IOException {
        lease.close();
    }
}
