// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;

/** The directories in a directory of a store. */
final class Children {
    private static final int MODE = 0700;

    private final Directory directory;
    private final Sys sys;
    private final Entries entries;
    private final Renames renames;

    Children(Directory directory) {
        this.directory = directory;
        this.sys = directory.sys();
        this.entries = new Entries(sys);
        this.renames = new Renames(directory);
    }

    Directory open(byte[] name) throws IOException {
        return directory.child(name, directory.open(name));
    }

    Result create(byte[] name) throws IOException {
        return directory.call(dir -> new Result(Call.MKDIR, sys.mkdirat(dir, name, MODE)));
    }

    /** Makes a directory for the time until it gets this name; returns the name that it has. */
    byte[] createTemporary(byte[] name) throws IOException {
        byte[] temporary = TemporaryName.of(name);
        Result result = create(temporary);
        for (int tries = 1; result.is(Errno.EEXIST) && tries < TemporaryName.TRIES; tries++) {
            temporary = TemporaryName.of(name);
            result = create(temporary);
        }
        result.check(directory, temporary);
        return temporary;
    }

    List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        directory
                .call(dir -> entries.list(dir, DirectoryReader.Kind.DIRECTORY, names))
                .check(directory.file());
        names.sort(null);
        return List.copyOf(names);
    }

    /**
     * Hides a directory and then destroys it, so that nobody finds half of what was in it; false if
     * there is none.
     */
    boolean remove(byte[] name) throws IOException {
        Result opened = directory.open(name);
        if (opened.is(Errno.ENOENT)) {
            return false;
        }
        directory.child(name, opened).fd().close(); // or it is none
        byte[] hidden = TemporaryName.of(name);
        Result result = renames.call(name, hidden, Linux.RENAME_NOREPLACE);
        for (int tries = 1; result.is(Errno.EEXIST) && tries < TemporaryName.TRIES; tries++) {
            hidden = TemporaryName.of(name);
            result = renames.call(name, hidden, Linux.RENAME_NOREPLACE);
        }
        if (result.is(Errno.ENOENT)) {
            return false;
        }
        result.check(directory, name);
        destroy(hidden);
        return true;
    }

    /** Removes whatever has that name; a directory with all that is in it. */
    void destroy(byte[] name) throws IOException {
        Result result = directory.call(dir -> destroy(dir, name));
        if (!result.is(Errno.ENOENT)) {
            result.check(directory, name);
        }
    }

    private Result destroy(int dir, byte[] name) {
        int flags = Linux.O_RDONLY | Linux.oDirectory() | Linux.oNoFollow() | Linux.O_CLOEXEC;
        int child = sys.openat(dir, name, flags, 0);
        if (child == -Errno.ENOTDIR.number() || child == -Errno.ELOOP.number()) {
            return entries.remove(dir, name);
        } else if (child < 0) {
            return new Result(Call.OPEN_CHILD, child);
        }
        try {
            Result result = empty(child);
            if (!result.failed()) {
                result = new Result(Call.RMDIR, sys.unlinkat(dir, name, Linux.AT_REMOVEDIR));
            }
            return result;
        } finally {
            sys.close(child);
        }
    }

    private Result empty(int child) {
        List<String> names = new ArrayList<>();
        Result result = entries.list(child, DirectoryReader.Kind.ANY, names);
        for (String name : names) {
            Result removed = destroy(child, ByteStrings.encode(name));
            if (removed.failed() && !removed.is(Errno.ENOENT)) {
                return removed;
            }
        }
        return result;
    }
}
