// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.server.FuseSession;
import org.fdstorefs.fuse.server.RecoverableServer;

/**
 * A file system as its author writes it: one method per kind of request.
 *
 * <p>Only {@link #identity} must be written. Unless it says otherwise, whatever is not overridden is answered
 * with ENOSYS; the kernel then does without, or fails the system call with it. A method answers by
 * returning or by throwing: a {@link FuseException} says which errno; of the exceptions of {@code
 * java.nio.file} and of {@code org.fdstorefs} those that stand for an errno are answered with it (an {@link
 * java.nio.file.InvalidPathException} with EILSEQ); whatever else is thrown, an {@link Error} too, becomes
 * EIO, and is logged once, by the {@link System.Logger} {@code org.fdstorefs.fuse}. The server goes on.
 *
 * <p>Methods are called by as many threads as the session has workers. What the kernel asks at the
 * same time does not depend on each other: who changes the names of a directory is alone there, and
 * so is who writes to a file or changes its size.
 *
 * <p>Everything that a method keeps in memory is lost when the server is killed, while the kernel
 * goes on to use node ids and handles that it was given before. A file system that is to survive
 * that must be able to tell from a node id and its note ({@link NodeNotes}) which file it is, and
 * must answer handle 0, or one that the next server understands, too; see also {@link Request}.
 * Lookups are counted by the session, exactly once, whoever is killed when.
 *
 * <p>What a method is given is its own until it returns: the {@link Request}, the buffers and the {@link
 * DirectoryFiller} are used again for other requests then, so none of it must be kept. A method may let
 * another thread work on them, and wait for that.
 *
 * <p>Names never are "." or "..", and have no "/" in them. The kernel knows by itself what those two are.
 *
 * <p>Locks are not asked for: those of fcntl(2) and flock(2) are the kernel's own, and survive.
 */
public interface FuseFileSystem {
    /**
     * What is served, and whatever else tells whether a server may go on where another one has stopped:
     * one takes a session over only if this is the same. {@link RecoverableServer} adds where it is mounted,
     * as {@code mount}. The same each time.
     */
    Identity identity();

    /**
     * A server begins; comes before any request.
     *
     * @param notes what is kept about nodes; may be used until the session is closed
     * @param fresh whether the file system is mounted just now; if not, another server has served it
     *     before
     */
    default void begin(NodeNotes notes, boolean fresh) throws IOException {}

    /**
     * The file system is no longer mounted, and comes after the last request: what was kept for its
     * users can go. Not called when a server stops or dies while it is mounted.
     */
    default void end() throws IOException {}

    /** How long the kernel may use a name without asking again; one second unless overridden. Not negative. */
    default Duration entryValid() {
        return Duration.ofSeconds(1);
    }

    /** How long the kernel may use attributes without asking again; one second unless overridden. Not negative. */
    default Duration attributesValid() {
        return Duration.ofSeconds(1);
    }

    /**
     * Finds {@code name} in the directory that the request names. That there is none is told by
     * ENOENT, which is asked for again each time.
     */
    default Entry lookup(Request request, Bytes name) throws IOException {
        throw notImplemented();
    }

    /**
     * The kernel has forgotten a node: it will not name it before it has looked it up again. Not
     * called while a method runs that answers an entry. May come twice for the same node if a server
     * is killed at it.
     */
    default void forget(long nodeId) throws IOException {}

    default Attributes getAttributes(Request request) throws IOException {
        throw notImplemented();
    }

    /** Changes attributes; a new size truncates or extends the file. */
    default Attributes setAttributes(Request request, AttributeChanges changes) throws IOException {
        throw notImplemented();
    }

    /** The target of a symbolic link. */
    default Bytes readLink(Request request) throws IOException {
        throw notImplemented();
    }

    default Entry symlink(Request request, Bytes name, Bytes target) throws IOException {
        throw notImplemented();
    }

    /**
     * Makes a node of any type but directory and symbolic link; the umask is already applied to the
     * mode.
     */
    default Entry makeNode(Request request, Bytes name, int mode, int device) throws IOException {
        throw notImplemented();
    }

    /** Makes a directory; the umask is already applied to the mode. */
    default Entry makeDirectory(Request request, Bytes name, int mode) throws IOException {
        throw notImplemented();
    }

    default void unlink(Request request, Bytes name) throws IOException {
        throw notImplemented();
    }

    default void removeDirectory(Request request, Bytes name) throws IOException {
        throw notImplemented();
    }

    /** Renames; {@code flags} are those of renameat2(2). */
    default void rename(Request request, Bytes name, long newParent, Bytes newName, int flags) throws IOException {
        throw notImplemented();
    }

    /** Gives the file {@code target} one more name, in the directory that the request names. */
    default Entry link(Request request, Bytes newName, long target) throws IOException {
        throw notImplemented();
    }

    /**
     * Opens a file; {@code flags} are those of open(2) without O_CREAT, O_EXCL, O_NOCTTY and
     * O_TRUNC.
     */
    default Opened open(Request request, int flags) throws IOException {
        throw notImplemented();
    }

    /** Makes a file, unless it is there and O_EXCL was not given, and opens it. */
    default Created create(Request request, Bytes name, int mode, int flags) throws IOException {
        throw notImplemented();
    }

    /**
     * Reads into {@code to} as much as it has room for; less only at the end of the file.
     *
     * @param to a direct buffer, at position 0; what is before its position in the end is the answer
     */
    default void read(Request request, long handle, long offset, ByteBuffer to) throws IOException {
        throw notImplemented();
    }

    /**
     * Writes what remains in {@code from}, and tells how much that was.
     *
     * @param from a direct buffer, read-only: the request is still needed if this server is killed
     */
    default int write(Request request, long handle, long offset, ByteBuffer from) throws IOException {
        throw notImplemented();
    }

    /** How much room there is; {@link Usage#UNKNOWN} unless overridden, since df(1) fails without. */
    default Usage usage(Request request) throws IOException {
        return Usage.UNKNOWN;
    }

    /** A descriptor of the open file was closed; its last chance to report an error. */
    default void flush(Request request, long handle) throws IOException {
        throw notImplemented();
    }

    /** The last descriptor of the open file was closed. */
    default void release(Request request, long handle) throws IOException {}

    default void sync(Request request, long handle, boolean dataOnly) throws IOException {
        throw notImplemented();
    }

    default Opened openDirectory(Request request) throws IOException {
        return Opened.STATELESS;
    }

    /**
     * Adds names from {@code offset} on until the filler is full; 0 is the start. The kernel adds none:
     * "." and ".." are listed if they are added here, which most programs do not need.
     */
    default void readDirectory(Request request, long handle, long offset, DirectoryFiller filler) throws IOException {
        throw notImplemented();
    }

    default void releaseDirectory(Request request, long handle) throws IOException {}

    default void syncDirectory(Request request, long handle) throws IOException {
        throw notImplemented();
    }

    /**
     * Whether {@link #readDirectory} adds entries instead of mere names when the kernel asks for them
     * ({@link DirectoryFiller#wantsEntries}); it does so if their attributes are probably wanted next.
     */
    default boolean listsEntries() {
        return false;
    }

    /**
     * Whether the user that asks may do what {@code mask} says, as in access(2). Asked only without
     * {@code default_permissions}, with which {@link FuseSession} mounts.
     */
    default void access(Request request, int mask) throws IOException {
        throw notImplemented();
    }

    /** The value of an extended attribute; ENODATA if there is none of this name. */
    default byte[] extendedAttribute(Request request, Bytes name) throws IOException {
        throw notImplemented();
    }

    /** The names of the extended attributes. */
    default List<Bytes> extendedAttributes(Request request) throws IOException {
        throw notImplemented();
    }

    /**
     * Sets an extended attribute.
     *
     * @param flags XATTR_CREATE (1) or XATTR_REPLACE (2) of setxattr(2), or 0
     */
    default void setExtendedAttribute(Request request, Bytes name, byte[] value, int flags) throws IOException {
        throw notImplemented();
    }

    /** Removes an extended attribute; ENODATA if there is none of this name. */
    default void removeExtendedAttribute(Request request, Bytes name) throws IOException {
        throw notImplemented();
    }

    /** Allocates or frees room in a file; {@code mode} has the flags of fallocate(2). */
    default void allocate(Request request, long handle, long offset, long length, int mode) throws IOException {
        throw notImplemented();
    }

    /** The next data or hole; {@code whence} is SEEK_DATA (3) or SEEK_HOLE (4) of lseek(2). */
    default long seek(Request request, long handle, long offset, int whence) throws IOException {
        throw notImplemented();
    }

    /** Copies within the file system, as copy_file_range(2), and tells how much. */
    default int copyRange(Request request, CopyRange range) throws IOException {
        throw notImplemented();
    }

    private static FuseException notImplemented() {
        return new FuseException(Errno.ENOSYS);
    }
}
