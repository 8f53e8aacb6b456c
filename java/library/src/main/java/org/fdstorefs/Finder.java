// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds a store that nobody has named.
 *
 * @param named what the environment names, or null
 * @param table a /proc/PID/mountinfo
 */
record Finder(String named, Path table) {

    Optional<FdStore> find() throws IOException {
        if (named != null && !named.isEmpty()) {
            return Optional.of(FdStore.open(Path.of(named)));
        }
        for (Path mountPoint : MountTable.stores(table)) {
            Optional<FdStore> store = tryOpen(mountPoint);
            if (store.isPresent()) {
                return store;
            }
        }
        return Optional.empty();
    }

    /** Empty if it is out of reach: hidden by a later mount, or for others only. */
    private static Optional<FdStore> tryOpen(Path mountPoint) throws IOException {
        try {
            return Optional.of(FdStore.open(mountPoint));
        } catch (FileSystemException e) {
            Errno errno = Errno.of(e).orElse(Errno.EIO);
            boolean outOfReach = e instanceof NotAStoreException
                    || errno == Errno.ENOENT
                    || errno == Errno.ENOTDIR
                    || errno == Errno.EACCES;
            if (!outOfReach) {
                throw e;
            }
            return Optional.empty();
        }
    }
}
