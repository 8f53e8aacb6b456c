// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The error numbers that this library and its users meet, of {@code asm-generic/errno.h}, with the
 * text of strerror(3).
 */
public enum Errno {
    EPERM(1, "operation not permitted"),
    ENOENT(2, "no such file or directory"),
    ESRCH(3, "no such process"),
    EINTR(4, "interrupted system call"),
    EIO(5, "input/output error"),
    ENXIO(6, "no such device or address"),
    E2BIG(7, "argument list too long"),
    ENOEXEC(8, "exec format error"),
    EBADF(9, "bad file descriptor"),
    ECHILD(10, "no child processes"),
    EAGAIN(11, "resource temporarily unavailable"),
    ENOMEM(12, "cannot allocate memory"),
    EACCES(13, "permission denied"),
    EFAULT(14, "bad address"),
    EBUSY(16, "device or resource busy"),
    EEXIST(17, "file exists"),
    EXDEV(18, "invalid cross-device link"),
    ENODEV(19, "no such device"),
    ENOTDIR(20, "not a directory"),
    EISDIR(21, "is a directory"),
    EINVAL(22, "invalid argument"),
    ENFILE(23, "too many open files in system"),
    EMFILE(24, "too many open files"),
    ENOTTY(25, "inappropriate ioctl for device"),
    ETXTBSY(26, "text file busy"),
    EFBIG(27, "file too large"),
    ENOSPC(28, "no space left on device"),
    ESPIPE(29, "illegal seek"),
    EROFS(30, "read-only file system"),
    EMLINK(31, "too many links"),
    EPIPE(32, "broken pipe"),
    ERANGE(34, "result does not fit"),
    ENAMETOOLONG(36, "file name too long"),
    ENOSYS(38, "function not implemented"),
    ENOTEMPTY(39, "directory not empty"),
    ELOOP(40, "too many levels of symbolic links"),
    ENODATA(61, "no data available"),
    EPROTO(71, "protocol error"),
    EOVERFLOW(75, "value too large for defined data type"),
    ENOTSOCK(88, "socket operation on non-socket"),
    EOPNOTSUPP(95, "operation not supported"),
    EADDRINUSE(98, "address already in use"),
    ECONNABORTED(103, "software caused connection abort"),
    ECONNRESET(104, "connection reset by peer"),
    ENOTCONN(107, "transport endpoint is not connected"),
    ESHUTDOWN(108, "cannot send after transport endpoint shutdown"),
    ETOOMANYREFS(109, "too many references: cannot splice"),
    ETIMEDOUT(110, "connection timed out"),
    ECONNREFUSED(111, "connection refused"),
    ESTALE(116, "stale file handle"),
    EDQUOT(122, "disk quota exceeded"),
    ECANCELED(125, "operation canceled");

    private static final Map<Integer, Errno> BY_NUMBER =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Errno::number, Function.identity()));

    private final int number;
    private final String text;

    Errno(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /** The number, above 0. */
    public int number() {
        return number;
    }

    /** What strerror(3) says in the C locale. */
    public String text() {
        return text;
    }

    /** The constant of a number; empty for one that is not listed here. */
    public static Optional<Errno> of(int number) {
        return Optional.ofNullable(BY_NUMBER.get(number));
    }

    /**
     * The constant that explains an exception: that of the first {@link FdStoreException} in the
     * chain of its causes.
     */
    public static Optional<Errno> of(Throwable throwable) {
        return FdStoreException.in(throwable).flatMap(e -> of(e.errno()));
    }

    /** The text of a number, also of one that is not listed here. */
    public static String describe(int number) {
        return of(number).map(Errno::text).orElse("error " + number);
    }

    /** The {@link #name} of a number, {@code "ENOENT"}; {@code "errno 1234"} of one that is not listed here. */
    public static String nameOf(int number) {
        return of(number).map(Errno::name).orElse("errno " + number);
    }
}
