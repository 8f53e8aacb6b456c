// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.nio.file.FileSystemException;

/**
 * What a call gave, so that an expected failure need not become an exception.
 *
 * @param call the call
 * @param value what it returned, or the negated errno
 */
record Result(Call call, long value) {

    boolean is(Errno errno) {
        return value == -errno.number();
    }

    boolean failed() {
        return value < 0;
    }

    /** The value, or the exception about this file. */
    int check(String file) throws FileSystemException {
        if (failed()) {
            throw call.exception(value, file);
        }
        return (int) value;
    }

    /** As above, about the file of that name there. */
    int check(Directory directory, byte[] name) throws FileSystemException {
        if (failed()) {
            throw call.exception(value, directory.file(name));
        }
        return (int) value;
    }
}
