// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;

/** Sets of descriptors, each a directory of the store that appears, and is replaced, as a whole. */
final class Sets {
    // Each try means that somebody else replaced the set just then.
    private static final int TRIES = 100;

    private final Sys sys;

    Sets(Sys sys) {
        this.sys = sys;
    }

    /** Makes a set of these, in the place of one that is there if that is asked for. */
    void put(FdStore store, String name, Map<String, Fd> set, boolean replace) throws IOException {
        Path target = path(store, name);
        Path draft = path(store, "." + UUID.randomUUID());
        Files.createDirectory(
                draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            try (FdStore directory = FdStore.open(draft)) {
                for (Map.Entry<String, Fd> each : set.entrySet()) {
                    directory.put(each.getKey(), each.getValue());
                }
            }
            commit(draft, target, replace);
        } finally {
            remove(draft);
        }
    }

    private void commit(Path draft, Path target, boolean replace) throws IOException {
        for (int tries = 0; ; tries++) {
            int result = rename(draft, target, Linux.RENAME_NOREPLACE);
            if (result == -Errno.EEXIST.number() && replace && tries < TRIES) {
                if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                    throw SysErrors.exception(-Errno.ENOTDIR.number(), "renameat2", target.toString());
                }
                result = rename(draft, target, Linux.RENAME_EXCHANGE);
                if (result == -Errno.ENOENT.number()) {
                    continue;
                }
            } else if (result == -Errno.EEXIST.number()) {
                throw SysErrors.exception(
                        result, "renameat2", target.toString(), "there is such a set; --replace replaces it");
            }
            if (result < 0) {
                throw SysErrors.exception(result, "renameat2", target.toString());
            }
            return;
        }
    }

    private int rename(Path from, Path to, int flags) {
        return sys.renameat2(
                Linux.AT_FDCWD, ByteStrings.ofPath(from), Linux.AT_FDCWD, ByteStrings.ofPath(to), flags);
    }

    /** Removes the draft, or the set that was replaced, if there is one. */
    private static void remove(Path directory) throws IOException {
        try (FdStore old = FdStore.open(directory)) {
            for (String name : old.names()) {
                old.remove(name);
            }
        } catch (NoSuchFileException e) {
            return; // it has become the set
        }
        Files.deleteIfExists(directory);
    }

    /** All of a set, by the names of their entries. */
    Map<String, Fd> get(FdStore store, String name) throws IOException {
        Path path = path(store, name);
        for (int tries = 0; tries < TRIES; tries++) {
            Map<String, Fd> set = new LinkedHashMap<>();
            boolean whole = false;
            try {
                Object before = identity(path);
                try (FdStore directory = FdStore.open(path)) {
                    for (String each : directory.names()) {
                        set.put(each, directory.get(each));
                    }
                }
                // Still there, so nobody has begun to remove it.
                whole = identity(path).equals(before);
                if (whole) {
                    return set;
                }
            } catch (NoSuchFileException e) {
                if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                    throw e;
                }
            } finally {
                if (!whole) {
                    close(set);
                }
            }
        }
        throw new IOException(path + ": was replaced " + TRIES + " times while it was read");
    }

    private static Object identity(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
    }

    private static void close(Map<String, Fd> set) throws IOException {
        for (Fd fd : set.values()) {
            fd.close();
        }
    }

    private static Path path(FdStore store, String name) {
        return store.directory().resolve(ByteStrings.toPath(ByteStrings.encode(name)));
    }
}
