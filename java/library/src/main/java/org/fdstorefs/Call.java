// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import org.fdstorefs.internal.SysErrors;

/** The calls that {@link FdStore} makes, and what their errors mean there. */
enum Call {
    OPEN("openat"),
    OPEN_TMPFILE("openat O_TMPFILE"),
    OPEN_CHILD("openat O_DIRECTORY"),
    CREATE("openat O_CREAT"),
    LINK("linkat"),
    UNLINK("unlinkat"),
    MKDIR("mkdirat"),
    RMDIR("unlinkat AT_REMOVEDIR"),
    RENAME("renameat2"),
    STAT("statx"),
    FLOCK("flock"),
    EPOLL("epoll"),
    INOTIFY("inotify_init1"),
    WATCH("inotify_add_watch"),
    POLL("poll"),
    READ("read"),
    LIST("getdents64"),
    PUT("ioctl FDSTOREFS_IOC_PUT"),
    GET("ioctl FDSTOREFS_IOC_GET"),
    TAKE("ioctl FDSTOREFS_IOC_TAKE");

    private static final String SEALED =
            "the store is sealed: its anchor has fired, or the administrator has drained it";

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
        return exception(result, file, explain(Errno.of(number).orElse(Errno.EIO), number));
    }

    /** As above, where the reason is known. */
    FileSystemException exception(long result, String file, String reason) {
        int number = (int) -result;
        Errno errno = Errno.of(number).orElse(Errno.EIO);
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
            case OPEN_TMPFILE, LINK, LIST, CREATE, MKDIR -> explainDirectory(errno, number);
            case OPEN_CHILD, RMDIR -> explainChild(errno, number);
            case OPEN, READ, UNLINK, STAT -> explainEntry(errno, number);
            case RENAME -> explainRename(errno, number);
            case EPOLL, INOTIFY, WATCH, POLL -> explainWait(errno, number);
            case FLOCK -> Errno.describe(number);
        };
    }

    private static String explainPut(Errno errno, int number) {
        return switch (errno) {
            case EBUSY -> "the entry holds a descriptor already: take it, remove the entry, or ask to replace it";
            case EBADF -> "the descriptor to put, or its anchor, is not open";
            case ELOOP ->
                "a file that could keep this store alive for ever cannot be put"
                        + " (of an fdstorefs, a mount namespace, a detached mount)";
            case EACCES, EPERM ->
                "the permissions of the directory do not allow removing the name, which REMOVE asks for";
            case EPIPE -> "what was to be put has hung up already, or its anchor has fired";
            case ESHUTDOWN -> SEALED;
            case EDQUOT ->
                "this user has filled as many entries of this store as maxuser= of the mount allows:"
                        + " empty or remove some, or raise it";
            case ETOOMANYREFS ->
                "what was stored from user namespaces of this user, in all stores, has reached userns_max of the"
                        + " module: remove entries, or have the administrator raise it";
            case ENOSPC -> "too many files that stores have let go are still being closed: try again";
            case ENOTTY -> "not an entry of an fdstorefs";
            default -> Errno.describe(number);
        };
    }

    private static String explainGet(Errno errno, int number) {
        return switch (errno) {
            case EACCES ->
                "what is stored can be read or written, but the entry may not:"
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
            case ENAMETOOLONG -> "a name has at most 255 bytes";
            case EISDIR -> "a directory, not an entry: open the store on it";
            case ENXIO -> "not an entry of an fdstorefs";
            default -> Errno.describe(number);
        };
    }

    private static String explainChild(Errno errno, int number) {
        return switch (errno) {
            case ENOENT -> "no such directory in the store";
            case EACCES, EPERM -> "the permissions of the directory do not allow it";
            case EBUSY -> "something is mounted there";
            default -> Errno.describe(number);
        };
    }

    private static String explainRename(Errno errno, int number) {
        return switch (errno) {
            case ENOENT -> "no such name";
            case EEXIST -> "the name is taken: remove it, or ask to replace it";
            case EACCES, EPERM -> "the permissions of the directory do not allow it";
            case EISDIR -> "a directory, which an entry cannot replace: exchange them, or remove it";
            case EBUSY -> "something is mounted there";
            default -> Errno.describe(number);
        };
    }

    private static String explainWait(Errno errno, int number) {
        return switch (errno) {
            case EACCES -> "to wait for a name, the directory must be readable";
            case ENOENT -> "/proc is not mounted";
            case EMFILE ->
                "this process has no free descriptor number, or this user no free inotify instance"
                        + " (RLIMIT_NOFILE, fs.inotify.max_user_instances)";
            case ENOSPC -> "this user has no free watch (fs.inotify.max_user_watches, fs.epoll.max_user_watches)";
            case ESHUTDOWN -> SEALED;
            default -> Errno.describe(number);
        };
    }

    private static String explainDirectory(Errno errno, int number) {
        return switch (errno) {
            case ENOENT -> "the directory is gone, or /proc is not mounted";
            case EACCES, EPERM -> "the permissions of the directory do not allow it";
            case ENOSPC ->
                "the store is full: its names count whether or not they hold something, those too that have emptied"
                        + " themselves; remove some (fdstore rm --empty), put with REMOVE, or raise max= of the mount";
            default -> Errno.describe(number);
        };
    }
}
