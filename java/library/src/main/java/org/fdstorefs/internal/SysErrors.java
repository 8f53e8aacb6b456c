// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.fdstorefs.Errno;
import org.fdstorefs.FdStoreException;

/** The exception for an errno: of {@code java.nio.file} where one fits. */
public final class SysErrors {
    private SysErrors() {}

    /**
     * An exception to throw, which is or has as its cause a {@link FdStoreException}.
     *
     * @param result what the call gave: an errno, negated
     * @param call the call that failed
     * @param file what it was about
     * @param reason what that means there, and what to do about it
     */
    public static FileSystemException exception(long result, String call, String file, String reason) {
        return exception(new FdStoreException(file, (int) -result, call, reason));
    }

    /** As above, with what the kernel says of that errno in general. */
    public static FileSystemException exception(long result, String call, String file) {
        return exception(result, call, file, Errno.describe((int) -result));
    }

    private static FileSystemException exception(FdStoreException cause) {
        String file = cause.getFile();
        String reason = cause.getReason();
        FileSystemException exception = switch (Errno.of(cause.errno()).orElse(Errno.EIO)) {
            case ENOENT -> new NoSuchFileException(file, null, reason);
            case EACCES, EPERM -> new AccessDeniedException(file, null, reason);
            case EEXIST -> new FileAlreadyExistsException(file, null, reason);
            case ENOTDIR -> new NotDirectoryException(file);
            case ENOTEMPTY -> new DirectoryNotEmptyException(file);
            default -> cause;
        };
        if (exception != cause) {
            exception.initCause(cause);
        }
        return exception;
    }
}
