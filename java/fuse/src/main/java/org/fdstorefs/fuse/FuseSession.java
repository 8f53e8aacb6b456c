// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.MountSys;
import org.fdstorefs.internal.SysErrors;

/**
 * A mounted file system and the connection over which it is served.
 *
 * <p>Two descriptors make a session: the connection, on which the kernel asks, and the state
 * memory, in which a server notes what it has agreed with the kernel and what it is working on.
 * Whoever has both can go on where another server was killed: {@link SessionStore} keeps them. The
 * mount lives as long as the connection is open anywhere, and closing a session that is stored does
 * not end it.
 */
public final class FuseSession implements AutoCloseable {
    /** How much data one WRITE carries; also the most that a READ asks for. */
    private static final int MAX_WRITE = 128 * 1024;

    private static final long MS_NOSUID = 2;
    private static final long MS_NODEV = 4;
    private static final int MNT_DETACH = 2;

    private final FuseDevice device;
    private final StateMemory state;
    private final FuseServer server;

    private FuseSession(FuseDevice device, StateMemory state, FuseFileSystem files) {
        this.device = device;
        this.state = state;
        this.server = new FuseServer(device, state, files);
    }

    /**
     * Mounts a file system; the kernel checks the mode bits, and lets every user in. A mount there
     * whose server is gone for good is removed first.
     *
     * @param name shown as the source of the mount
     */
    public static FuseSession mount(String name, Path target, FuseFileSystem files) throws IOException {
        requireNonNull(name, "name is null");
        requireNonNull(target, "target is null");
        requireNonNull(files, "files is null");
        removeDead(target);
        FuseSession session = create(files);
        try {
            session.mountOn(target, name);
            return session;
        } catch (IOException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static FuseSession create(FuseFileSystem files) throws IOException {
        FuseDevice device = FuseDevice.open();
        try {
            return new FuseSession(device, StateMemory.create(MAX_WRITE), files);
        } catch (IOException | RuntimeException e) {
            device.close();
            throw e;
        }
    }

    private void mountOn(Path target, String name) throws IOException {
        Path self = Path.of("/proc/self");
        String options = "fd=" + connection().intValue()
                + ",rootmode=40000,user_id=" + Files.getAttribute(self, "unix:uid")
                + ",group_id=" + Files.getAttribute(self, "unix:gid")
                + ",default_permissions,allow_other";
        int result = MountSys.system()
                .mount(
                        ByteStrings.encode(name),
                        ByteStrings.ofPath(target),
                        ByteStrings.encode("fuse"),
                        MS_NOSUID | MS_NODEV,
                        ByteStrings.encode(options));
        if (result < 0) {
            throw SysErrors.exception(result, "mount", target.toString());
        }
    }

    /**
     * Takes a session over, with the two descriptors of its earlier server, which are closed with
     * it.
     */
    public static FuseSession resume(Fd connection, Fd state, FuseFileSystem files) throws IOException {
        requireNonNull(connection, "connection is null");
        requireNonNull(state, "state is null");
        requireNonNull(files, "files is null");
        try {
            return new FuseSession(new FuseDevice(connection), StateMemory.adopt(state), files);
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** The connection, to be stored. Stays the session's. */
    public Fd connection() {
        return device.fd();
    }

    /** The state memory, to be stored. Stays the session's. */
    public Fd state() {
        return state.fd();
    }

    /** Whether the file system is still mounted. */
    public boolean isConnected() throws IOException {
        return device.isConnected();
    }

    /**
     * Answers what an earlier server had read and not answered.
     *
     * @return whether there was something
     */
    public boolean replay() throws IOException {
        return server.replay();
    }

    /**
     * Has a scratch file system make, use and remove a few files, so that the code for it is loaded
     * before it is needed in a hurry: a server that stands by takes over sooner.
     */
    public static void warmUp(FuseFileSystem scratch) {
        new WarmUp(scratch).run();
    }

    /** Answers requests until the file system is unmounted. */
    public void serve() throws IOException {
        server.serve();
    }

    @Override
    public void close() throws IOException {
        try {
            device.close();
        } finally {
            state.close();
        }
    }

    private static void removeDead(Path target) throws IOException {
        try {
            Fd.open(target, OpenFlag.READ, OpenFlag.DIRECTORY).close();
        } catch (IOException e) {
            Errno errno = Errno.of(e).orElse(Errno.EIO);
            if (errno != Errno.ENOTCONN && errno != Errno.ECONNABORTED) {
                throw e;
            }
            int result = MountSys.system().umount(ByteStrings.ofPath(target), MNT_DETACH);
            if (result < 0) {
                throw SysErrors.exception(result, "umount2", target.toString());
            }
        }
    }
}
