// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.util.Objects.requireNonNull;

import java.nio.file.FileSystemException;
import java.util.Optional;

/**
 * A system call that failed. Where {@code java.nio.file} has an exception for the errno, that one
 * is thrown instead, with this as its cause; {@link Errno#of(Throwable)} finds the errno in both.
 */
public class FdStoreException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    private final int errno;
    private final String call;

    /**
     * @param file what the call was about: a path, or a description such as {@code "fd 5"}
     * @param errno the error number, above 0
     * @param call the call that failed, as {@code "openat"}
     * @param reason what the error means there
     */
    public FdStoreException(String file, int errno, String call, String reason) {
        super(requireNonNull(file, "file is null"), null, requireNonNull(reason, "reason is null"));
        this.errno = errno;
        this.call = requireNonNull(call, "call is null");
    }

    /**
     * What the kernel answered, if it did: the first of these in an exception and the chain of its causes. It
     * has the errno and the call also where {@code java.nio.file} has an exception of its own.
     */
    public static Optional<FdStoreException> in(Throwable throwable) {
        for (Throwable t = throwable; t != null; t = t.getCause()) {
            if (t instanceof FdStoreException e) {
                return Optional.of(e);
            }
        }
        return Optional.empty();
    }

    /** The error number, above 0. */
    public int errno() {
        return errno;
    }

    /** The call that failed: the name of a system call, with the command if it is ioctl(2). */
    public String call() {
        return call;
    }

    @Override
    public String getMessage() {
        return "%s (%s from %s)".formatted(super.getMessage(), Errno.nameOf(errno), call);
    }
}
