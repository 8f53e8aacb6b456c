// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.Sys;

/**
 * Gets all entries of a directory as one set.
 *
 * <p>Whoever replaces a set renames its directory away before removing anything from it. So the names
 * are complete if the directory still had its name after they were read; and everything of them was
 * got if the same names exist afterwards. Otherwise all is to be done again, with the set that is
 * there then. A directory that was renamed away in between is good: it was the right one when it was
 * opened.
 */
final class SetReader {
    // Each try means that the set was replaced or changed just then.
    private static final int TRIES = 1000;

    private final Directory parent;
    private final byte[] name;
    private final Sys sys;
    private final Entries entries;

    SetReader(Directory parent, byte[] name) {
        this.parent = parent;
        this.name = name;
        this.sys = parent.sys();
        this.entries = new Entries(sys);
    }

    FdSet read() throws IOException {
        for (int tries = 0; tries < TRIES; tries++) {
            Directory directory = parent.child(name, parent.open(name));
            Fd fd = directory.fd();
            try (fd) {
                Optional<FdSet> set = read(directory);
                if (set.isPresent()) {
                    return set.get();
                }
            }
        }
        throw new FdStoreException(
                parent.file(name), Errno.EAGAIN.number(), "getdents64", "the set changed whenever it was read");
    }

    private Optional<FdSet> read(Directory directory) throws IOException {
        List<String> names = new ArrayList<>();
        Result listed = list(directory, names);
        if (listed.is(Errno.ENOENT) || !hasItsName(directory)) {
            return Optional.empty();
        }
        listed.check(parent, name);
        FdSet set = new FdSet(directory.file());
        try {
            Optional<Failure> failure = fill(set, directory, names);
            List<String> after = new ArrayList<>();
            list(directory, after);
            if (after.equals(names)) {
                if (failure.isPresent()) {
                    failure.get().result().check(directory.file(failure.get().entry()));
                }
                return Optional.of(set);
            }
            set.close();
            return Optional.empty();
        } catch (Throwable e) {
            set.close();
            throw e;
        }
    }

    private record Failure(byte[] entry, Result result) {}

    private Optional<Failure> fill(FdSet set, Directory directory, List<String> names) throws IOException {
        for (String entry : names) {
            byte[] bytes = ByteStrings.encode(entry);
            Result got = directory.call(dir -> entries.get(dir, bytes));
            if (got.failed()) {
                return Optional.of(new Failure(bytes, got));
            }
            set.add(entry, directory.adopt(got, bytes));
        }
        return Optional.empty();
    }

    private Result list(Directory directory, List<String> names) throws IOException {
        Result result = directory.call(dir -> entries.list(dir, DirectoryReader.Kind.ENTRY, names));
        names.sort(null);
        return result;
    }

    private boolean hasItsName(Directory directory) throws IOException {
        Stat opened = new Stat();
        directory.call(dir -> opened.look(sys, dir)).check(directory.file());
        Stat named = new Stat();
        return !parent.call(dir -> named.look(sys, dir, name)).failed() && named.isSameFile(opened);
    }
}
