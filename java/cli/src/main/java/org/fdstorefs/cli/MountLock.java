// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Optional;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;

/**
 * Lets one fdstore at a time look whether a store is mounted on a directory, and mount one: of two that do so at the
 * same time, the second finds the store of the first.
 *
 * <p>Whoever may read the directory can hold such a lock. So fdstore does not wait for it very long.
 */
final class MountLock implements AutoCloseable {
    private static final long PATIENCE = 2000;

    private final Optional<Fd> directory;

    private MountLock(Optional<Fd> directory) {
        this.directory = directory;
    }

    static MountLock of(Path target) throws IOException {
        Fd directory;
        try {
            directory = Fd.open(target, OpenFlag.READ, OpenFlag.DIRECTORY);
        } catch (AccessDeniedException e) {
            return new MountLock(Optional.empty()); // one may mount on what one may not read
        }
        try {
            if (lock(directory, Linux.LOCK_NB) == -Errno.EAGAIN.number()) {
                await(directory);
            }
            return new MountLock(Optional.of(directory)); // without a lock, if the filesystem has none
        } catch (Throwable e) {
            directory.close();
            throw e;
        }
    }

    private static void await(Fd directory) {
        Thread thread = new Thread(() -> lock(directory, 0), "mount-lock");
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int lock(Fd directory, int flags) {
        try {
            return directory.use(fd -> Sys.system().flock(fd, Linux.LOCK_EX | flags));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (directory.isPresent()) {
            directory.get().close();
        }
    }
}
