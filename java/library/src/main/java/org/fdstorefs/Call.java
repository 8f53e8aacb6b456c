// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import org.fdstorefs.internal.SysErrors;

/** The calls that {@link FdStore} makes, and what their errors mean there. */
enum Call {
    OPEN("openat"),
    OPEN_TMPFILE("openat O_TMPFILE"),
    LINK("linkat"),
    UNLINK("unlinkat"),
    READ("read"),
    LIST("getdents64"),
    PUT("ioctl FDSTOREFS_IOC_PUT"),
    GET("ioctl FDSTOREFS_IOC_GET"),
    TAKE("ioctl FDSTOREFS_IOC_TAKE");

    private final String call;

    Call(String call) {
        this.call = call;
    }

    /**
     * The exception for a failure.
     *
     * @param result the negated errno
     * @param file the path of the entry, or of the directory
     */
    FileSystemException exception(long result, String file) {
        int number = (int) -result;
        Errno errno = Errno.of(number).orElse(Errno.EIO);
        String reason = explain(errno, number);
        if (this == PUT && errno == Errno.EBUSY) {
            FileSystemException exception = new FileAlreadyExistsException(file, null, reason);
            exception.initCause(new FdStoreException(file, number, call, reason));
            return exception;
        } else if (errno == Errno.ENODATA) {
            return new EmptyEntryException(file, call);
        }
        return SysErrors.exception(result, call, file, reason);
    }

    private String explain(Errno errno, int number) {
        return switch (this) {
            case PUT -> explainPut(errno, number);
            case GET, TAKE -> explainGet(errno, number);
            case OPEN_TMPFILE, LINK, LIST -> explainDirectory(errno, number);
            case OPEN, READ, UNLINK -> explainEntry(errno, number);
        };
    }

    private static String explainPut(Errno errno, int number) {
        return switch (errno) {
            case EBUSY -> "the entry holds a descriptor already: take it, remove the entry, or ask to replace it";
            case EBADF -> "the descriptor to put is not open";
            case ELOOP -> "a file that could keep this store alive for ever cannot be put"
                    + " (of an fdstorefs, a mount namespace, a detached mount)";
            case EINVAL -> "a file of this kind cannot be put (io_uring, fsopen, fanotify)";
            case ENOTTY -> "not an entry of an fdstorefs";
            default -> Errno.describe(number);
        };
    }

    private static String explainGet(Errno errno, int number) {
        return switch (errno) {
            case EACCES -> "what is stored can be read or written, but the entry may not:"
                    + " its permissions must allow as much (chmod, setfacl), and the security module agree";
            case EMFILE -> "this process has no free descriptor number: close some, or raise RLIMIT_NOFILE";
            case ENOTTY -> "not an entry of an fdstorefs";
            default -> Errno.describe(number);
        };
    }

    private static String explainEntry(Errno errno, int number) {
        return switch (errno) {
            case ENOENT -> "no such entry: put a descriptor under this name first";
            case EACCES, EPERM -> "the permissions of the entry or of its directory do not allow it";
            case ELOOP -> "a symbolic link, which is not followed here";
            case EISDIR -> "a directory, not an entry: open the store on it";
            case ENXIO -> "not an entry of an fdstorefs";
            default -> Errno.describe(number);
        };
    }

    private static String explainDirectory(Errno errno, int number) {
        return switch (errno) {
            case ENOENT -> "the directory is gone, or /proc is not mounted";
            case EACCES, EPERM -> "the permissions of the directory do not allow it";
            case ENOSPC -> "the store is full: remove entries, or raise max= of the mount";
            default -> Errno.describe(number);
        };
    }
}
