// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.fdstorefs.Errno;

/**
 * A file system as its author writes it: one method per kind of request.
 *
 * <p>Only {@link #identity} must be written. Unless its documentation says otherwise, a method that is not overridden
 * answers ENOSYS; the kernel then manages without, or fails the system call. A method answers by
 * returning or by throwing: a {@link FuseException} names an errno; an exception of {@code
 * java.nio.file} or {@code org.fdstorefs} that stands for an errno is answered with it (an {@link
 * java.nio.file.InvalidPathException} with EILSEQ); anything else, even an {@link Error}, becomes
 * EIO, and is logged once, by the {@link System.Logger} {@code org.fdstorefs.fuse}. The server continues.
 *
 * <p>Methods are called by as many threads as the session has workers. Requests that the kernel
 * sends at the same time do not depend on each other: it sends one at a time that changes the names of a directory,
 * and one at a time that writes to a file or changes its size.
 *
 * <p>Everything that a method keeps in memory is lost when the server is killed, while the kernel
 * continues to use node ids and handles that it was given before. A file system that is to survive
 * that must find the file by a node id and its note ({@link NodeNotes}), and
 * must answer handle 0, or one that the next server understands; see also {@link Request}.
 * The session counts each lookup exactly once, whichever server is killed, and when.
 *
 * <p>What a method is given belongs to it until it returns: the {@link Request}, the buffers and the {@link
 * DirectoryFiller} serve other requests afterwards, so a method must not keep them. It may let
 * another thread work on them, and wait for it.
 *
 * <p>Names are never "." or "..", which the kernel resolves by itself, and contain no "/".
 *
 * <p>There are no requests for locks: those of fcntl(2) and flock(2) stay within the kernel, and survive.
 */
public interface FuseFileSystem {
    /**
     * What is served, and whatever else decides whether a server may continue where another one has stopped:
     * it takes a session over only if this is the same. {@code RecoverableServer} adds where it is mounted,
     * as {@code mount}. Must be the same each time.
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
     * The file system is no longer mounted, and the last request is answered: what was kept for its
     * users can be removed. Not called when a server stops or dies while it is mounted.
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
     * Finds {@code name} in the directory that the request names. If there is none, throw
     * ENOENT; the kernel does not cache it.
     */
    default Entry lookup(Request request, Bytes name) throws IOException {
        throw notImplemented();
    }

    /**
     * The kernel has forgotten a node: it will not name it before it has looked it up again. Not
     * called while a method runs that answers an entry. May be called twice for the same node, if a server
     * is killed meanwhile.
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

    /** Makes a file, unless it exists and O_EXCL was not given, and opens it. */
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
     * Writes what remains in {@code from}, and returns how much that was.
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
     * Whether the user that asks may do what {@code mask} says, as in access(2). Called only without
     * {@code default_permissions}, with which {@code FuseSession} mounts.
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

    /** Copies within the file system, as copy_file_range(2), and returns how much. */
    default int copyRange(Request request, CopyRange range) throws IOException {
        throw notImplemented();
    }

    private static FuseException notImplemented() {
        return new FuseException(Errno.ENOSYS);
    }
}
