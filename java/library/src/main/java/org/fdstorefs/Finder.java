// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.ProcessSys;
import org.fdstorefs.internal.Sys;
import org.jspecify.annotations.Nullable;

/**
 * Finds a store that nobody has named.
 *
 * @param table a /proc/PID/mountinfo
 * @param named what the environment names, empty if nothing
 */
record Finder(Path table, byte[] named) {
    private static final String VARIABLE = "FDSTORE_PATH";

    /** For this process. */
    static Finder system() {
        String value = System.getenv(VARIABLE);
        if (value == null || value.chars().allMatch(c -> c < 0x80)) {
            return of(MountTable.OF_THIS_PROCESS, value);
        }
        // The JDK has read it by the charset of the locale, which may have lost something.
        byte[] prefix = (VARIABLE + "=").getBytes(US_ASCII);
        byte[] bytes = ProcessSys.system().environment().stream()
                .filter(each ->
                        each.length >= prefix.length && Arrays.equals(each, 0, prefix.length, prefix, 0, prefix.length))
                .findFirst()
                .map(each -> Arrays.copyOfRange(each, prefix.length, each.length))
                .orElseGet(() -> ByteStrings.encode(value));
        return new Finder(MountTable.OF_THIS_PROCESS, bytes);
    }

    static Finder of(Path table, @Nullable String named) {
        return new Finder(table, named == null ? new byte[0] : ByteStrings.encode(named));
    }

    Optional<FdStore> find() throws IOException {
        if (named.length > 0) {
            return Optional.of(open(named));
        }
        for (byte[] mountPoint : MountTable.stores(table)) {
            Optional<FdStore> store = tryOpen(mountPoint);
            if (store.isPresent()) {
                return store;
            }
        }
        return Optional.empty();
    }

    private static FdStore open(byte[] path) throws IOException {
        Sys sys = Sys.system();
        Fd fd = Fd.open(sys, path, OpenFlag.PATH, OpenFlag.DIRECTORY);
        return new FdStore(Directory.in(sys, path, fd));
    }

    /** Empty if it is out of reach, for whatever reason of its own: no mount of somebody else hides the others. */
    private static Optional<FdStore> tryOpen(byte[] mountPoint) throws IOException {
        try {
            return Optional.of(open(mountPoint));
        } catch (FileSystemException e) {
            if (List.of(Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM)
                    .contains(Errno.of(e).orElse(Errno.EIO))) {
                throw e; // so it would be with any
            }
            return Optional.empty();
        }
    }
}
