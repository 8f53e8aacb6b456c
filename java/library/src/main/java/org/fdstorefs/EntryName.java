// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.util.Objects.requireNonNull;

import java.nio.file.InvalidPathException;
import org.fdstorefs.internal.ByteStrings;

/** A name in one directory, never a path out of it. */
final class EntryName {
    private EntryName() {}

    /**
     * The bytes of a name.
     *
     * @throws InvalidPathException if it can be no name; the kernel decides on its length
     */
    static byte[] bytes(String name) {
        requireNonNull(name, "name is null");
        if (name.isEmpty()) {
            throw new InvalidPathException(name, "the name of an entry is not empty");
        }
        if (name.equals(".") || name.equals("..")) {
            throw new InvalidPathException(name, "the name of a directory, not of an entry");
        }
        int slash = name.indexOf('/');
        if (slash >= 0) {
            throw new InvalidPathException(name, "a path, not a name: open the store on that directory", slash);
        }
        int nul = name.indexOf('\0');
        if (nul >= 0) {
            throw new InvalidPathException(name.replace("\0", "\\0"), "a name has no NUL");
        }
        try {
            return ByteStrings.encode(name);
        } catch (IllegalArgumentException e) {
            InvalidPathException invalid = new InvalidPathException(name, e.getMessage());
            invalid.initCause(e);
            throw invalid;
        }
    }
}
