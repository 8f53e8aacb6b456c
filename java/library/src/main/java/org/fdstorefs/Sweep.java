// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;

/** Removes the names of entries that hold nothing. */
final class Sweep {
    private static final int NO_WAIT = 0;

    private final Directory directory;
    private final Sys sys;
    private final Entries entries;

    Sweep(Directory directory) {
        this.directory = directory;
        this.sys = directory.sys();
        this.entries = new Entries(sys);
    }

    /** The names that were removed. */
    List<String> removeEmpty() throws IOException {
        List<String> names = new ArrayList<>();
        directory
                .call(dir -> entries.list(dir, DirectoryReader.Kind.ENTRY, names))
                .check(directory.path().toString());
        names.sort(null);
        List<String> removed = new ArrayList<>();
        for (String name : names) {
            byte[] bytes = ByteStrings.encode(name);
            Result result = directory.call(dir -> removeIfEmpty(dir, bytes));
            if (result.failed() && !result.is(Errno.ENOENT)) {
                result.check(directory, bytes);
            } else if (result.value() > 0) {
                removed.add(name);
            }
        }
        return List.copyOf(removed);
    }

    /** The value is 1 if it was removed, 0 if it holds something, or is somebody's lease, or not to be looked into. */
    private Result removeIfEmpty(int dir, byte[] name) {
        Result opened = entries.open(dir, name);
        if (opened.failed()) {
            return opened.is(Errno.EACCES) ? new Result(Call.OPEN, 0) : opened;
        }
        int entry = (int) opened.value();
        try {
            // A lease, whose name must not go: who wants it next would make another entry, and another lease.
            if (sys.flock(entry, Linux.LOCK_EX | Linux.LOCK_NB) < 0) {
                return new Result(Call.FLOCK, 0);
            }
            Stat opening = new Stat();
            Stat named = new Stat();
            if (opening.look(sys, entry).failed()
                    || named.look(sys, dir, name).failed()
                    || !named.isSameFile(opening)
                    || isFilled(entry)) {
                return new Result(Call.POLL, 0);
            }
            Result removed = entries.remove(dir, name);
            return removed.failed() ? removed : new Result(Call.UNLINK, 1);
        } finally {
            sys.close(entry);
        }
    }

    private boolean isFilled(int entry) {
        int events = sys.poll(entry, Linux.POLLIN, NO_WAIT);
        return events < 0 || (events & Linux.POLLIN) != 0;
    }
}
