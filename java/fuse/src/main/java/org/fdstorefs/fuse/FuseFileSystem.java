// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.fdstorefs.Errno;

/**
 * A file system as its author writes it: one method per kind of request.
 *
 * <p>Whatever is not overridden is answered with ENOSYS; the kernel then does without, or fails the
 * system call with it. A method answers by returning or by throwing; a {@link RuntimeException}
 * becomes EIO. Requests come one at a time.
 *
 * <p>Everything that a method keeps in memory is lost when the server is killed, while the kernel
 * goes on to use node ids and handles that it was given before. A file system that is to survive
 * that must be able to tell from a node id alone which file it is, and must answer handle 0; see
 * also {@link Request}.
 */
public interface FuseFileSystem {
    /** How long the kernel may use a name without asking again. */
    default Duration entryValid() {
        return Duration.ofSeconds(1);
    }

    /** How long the kernel may use attributes without asking again. */
    default Duration attributesValid() {
        return Duration.ofSeconds(1);
    }

    /**
     * Finds {@code name} in the directory that the request names; each answer counts as one lookup
     * of its node id.
     */
    default Entry lookup(Request request, Bytes name) throws FuseException {
        throw notImplemented();
    }

    /**
     * The kernel gives up {@code lookups} lookups of a node id; once all are given up it will not
     * name it again.
     */
    default void forget(long nodeId, long lookups) {}

    default Attributes getAttributes(Request request) throws FuseException {
        throw notImplemented();
    }

    /** Changes attributes; a new size truncates or extends the file. */
    default Attributes setAttributes(Request request, AttributeChanges changes) throws FuseException {
        throw notImplemented();
    }

    /** The target of a symbolic link. */
    default Bytes readLink(Request request) throws FuseException {
        throw notImplemented();
    }

    default Entry symlink(Request request, Bytes name, Bytes target) throws FuseException {
        throw notImplemented();
    }

    /**
     * Makes a node of any type but directory and symbolic link; the umask is already applied to the
     * mode.
     */
    default Entry makeNode(Request request, Bytes name, int mode, int device) throws FuseException {
        throw notImplemented();
    }

    /** Makes a directory; the umask is already applied to the mode. */
    default Entry makeDirectory(Request request, Bytes name, int mode) throws FuseException {
        throw notImplemented();
    }

    default void unlink(Request request, Bytes name) throws FuseException {
        throw notImplemented();
    }

    default void removeDirectory(Request request, Bytes name) throws FuseException {
        throw notImplemented();
    }

    /** Renames; {@code flags} are those of renameat2(2). */
    default void rename(Request request, Bytes name, long newParent, Bytes newName, int flags) throws FuseException {
        throw notImplemented();
    }

    /** Gives the file {@code target} one more name, in the directory that the request names. */
    default Entry link(Request request, Bytes newName, long target) throws FuseException {
        throw notImplemented();
    }

    /**
     * Opens a file; {@code flags} are those of open(2) without O_CREAT, O_EXCL, O_NOCTTY and
     * O_TRUNC.
     */
    default Opened open(Request request, int flags) throws FuseException {
        throw notImplemented();
    }

    /** Makes a file, unless it is there and O_EXCL was not given, and opens it. */
    default Created create(Request request, Bytes name, int mode, int flags) throws FuseException {
        throw notImplemented();
    }

    /** Reads into {@code to} as much as it has room for; less only at the end of the file. */
    default void read(Request request, long handle, long offset, ByteBuffer to) throws FuseException {
        throw notImplemented();
    }

    /** Writes what remains in {@code from}, and tells how much that was. */
    default int write(Request request, long handle, long offset, ByteBuffer from) throws FuseException {
        throw notImplemented();
    }

    default Usage usage(Request request) throws FuseException {
        throw notImplemented();
    }

    /** A descriptor of the open file was closed; its last chance to report an error. */
    default void flush(Request request, long handle) throws FuseException {
        throw notImplemented();
    }

    /** The last descriptor of the open file was closed. */
    default void release(Request request, long handle) throws FuseException {}

    default void sync(Request request, long handle, boolean dataOnly) throws FuseException {
        throw notImplemented();
    }

    default Opened openDirectory(Request request) throws FuseException {
        return Opened.STATELESS;
    }

    /** Adds names from {@code offset} on until the filler is full; 0 is the start. */
    default void readDirectory(Request request, long handle, long offset, DirectoryFiller filler) throws FuseException {
        throw notImplemented();
    }

    default void releaseDirectory(Request request, long handle) throws FuseException {}

    default void syncDirectory(Request request, long handle) throws FuseException {
        throw notImplemented();
    }

    private static FuseException notImplemented() {
        return new FuseException(Errno.ENOSYS);
    }
}
