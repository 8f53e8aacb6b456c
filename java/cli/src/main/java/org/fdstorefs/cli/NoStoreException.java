// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** There is no store where one was looked for. */
final class NoStoreException extends IOException {
    private static final long serialVersionUID = 1L;

    NoStoreException(FileSystemException cause) {
        super(
                ("no store at %s, which is %s: mount one (fdstore mount), or name one (-s, $FDSTORE_PATH); fdstore"
                                + " doctor says what is missing")
                        .formatted(cause.getFile(), what(cause)),
                cause);
    }

    NoStoreException(String message, IOException cause) {
        super(message, cause);
    }

    private static String what(FileSystemException cause) {
        if (cause instanceof NoSuchFileException) {
            return "not there";
        } else if (cause instanceof NotDirectoryException) {
            return "not a directory";
        }
        return "in another filesystem";
    }
}
