// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.FuseException;

/** Which errno an exception stands for. */
final class Answers {
    private static final int EILSEQ = 84; // a name that is no text

    private Answers() {}

    /** The errno, or nothing if it stands for none. */
    static Optional<Integer> errno(Throwable e) {
        if (e instanceof FuseException answer) {
            return Optional.of(answer.errno());
        } else if (e instanceof InvalidPathException) {
            return Optional.of(EILSEQ);
        } else if (e instanceof IOException failure) {
            return Errno.of(failure).or(() -> ofFile(failure)).map(Errno::number);
        }
        return Optional.empty();
    }

    private static Optional<Errno> ofFile(IOException e) {
        if (e instanceof NoSuchFileException) {
            return Optional.of(Errno.ENOENT);
        } else if (e instanceof FileAlreadyExistsException) {
            return Optional.of(Errno.EEXIST);
        } else if (e instanceof AccessDeniedException) {
            return Optional.of(Errno.EACCES);
        } else if (e instanceof DirectoryNotEmptyException) {
            return Optional.of(Errno.ENOTEMPTY);
        } else if (e instanceof NotDirectoryException) {
            return Optional.of(Errno.ENOTDIR);
        } else if (e instanceof FileSystemLoopException) {
            return Optional.of(Errno.ELOOP);
        }
        return Optional.empty();
    }
}
