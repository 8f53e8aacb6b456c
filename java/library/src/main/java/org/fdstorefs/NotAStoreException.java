// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.nio.file.FileSystemException;

/** The directory exists, but it is not on an fdstorefs. */
public final class NotAStoreException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    NotAStoreException(String directory, long fileSystemType) {
        super(
                directory,
                null,
                "not in an fdstorefs but in a filesystem of type 0x%x; is the store mounted?"
                        .formatted(fileSystemType));
    }
}
