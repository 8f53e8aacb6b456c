// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import org.fdstorefs.Errno;

/** The exit codes of fdstore; the help of the command lists the same. */
final class ExitCode {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int NO_SUCH_NAME = 3;
    static final int EXISTS = 4;
    static final int PERMISSION = 5;
    static final int NO_STORE = 6;
    static final int TIMED_OUT = 7;

    // As env(1) and nohup(1): below 125 it is the program's own.
    static final int EXEC_FAILED = 125;
    static final int EXEC_NOT_EXECUTABLE = 126;
    static final int EXEC_NOT_FOUND = 127;

    private ExitCode() {}

    static int of(Exception e) {
        if (e instanceof NoStoreException) {
            return NO_STORE;
        } else if (e instanceof NoSuchFileException) {
            return NO_SUCH_NAME;
        } else if (e instanceof FileAlreadyExistsException) {
            return EXISTS;
        } else if (e instanceof AccessDeniedException) {
            return PERMISSION;
        } else if (e instanceof InvalidPathException || e instanceof UsageException) {
            return USAGE;
        }
        return FAILED;
    }

    /** For an execve(2) that failed with this errno. */
    static int ofExec(int errno) {
        return errno == Errno.ENOENT.number() ? EXEC_NOT_FOUND : EXEC_NOT_EXECUTABLE;
    }
}
