// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Map;
import org.fdstorefs.Errno;
import org.fdstorefs.FdStoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SysErrorsTest {
    private static final Map<Errno, Class<? extends FileSystemException>> TYPES = Map.of(
            Errno.ENOENT, NoSuchFileException.class,
            Errno.EACCES, AccessDeniedException.class,
            Errno.EPERM, AccessDeniedException.class,
            Errno.EEXIST, FileAlreadyExistsException.class,
            Errno.ENOTDIR, NotDirectoryException.class,
            Errno.ENOTEMPTY, DirectoryNotEmptyException.class);

    @ParameterizedTest
    @EnumSource(Errno.class)
    void theExceptionIsThatOfTheJdkWhereOneFits(Errno errno) {
        assertThat(SysErrors.exception(-errno.number(), "openat", "/x"))
                .isExactlyInstanceOf(TYPES.getOrDefault(errno, FdStoreException.class));
    }

    @ParameterizedTest
    @EnumSource(Errno.class)
    void theErrnoIsNeverLost(Errno errno) {
        assertThat(Errno.of(SysErrors.exception(-errno.number(), "openat", "/x")))
                .contains(errno);
    }

    @Test
    void theMessageNamesTheFileTheReasonAndTheCall() {
        assertThat(SysErrors.exception(-Errno.EMFILE.number(), "openat", "/x"))
                .hasMessage("/x: too many open files (EMFILE from openat)");
    }

    @Test
    void anUnknownErrnoKeepsItsNumber() {
        assertThat(SysErrors.exception(-1234, "openat", "/x"))
                .isExactlyInstanceOf(FdStoreException.class)
                .hasMessage("/x: error 1234 (errno 1234 from openat)");
    }
}
