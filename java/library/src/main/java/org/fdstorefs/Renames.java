// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;

/** Gives files in a directory other names there. */
final class Renames {
    private static final int NO_FLAGS = 0;

    private final Directory directory;
    private final Sys sys;

    Renames(Directory directory) {
        this.directory = directory;
        this.sys = directory.sys();
    }

    /** Fails if the new name is taken. */
    void rename(byte[] from, byte[] to) throws IOException {
        check(call(from, to, Linux.RENAME_NOREPLACE), from, to);
    }

    /** Takes the new name from whatever has it. */
    void replace(byte[] from, byte[] to) throws IOException {
        check(call(from, to, NO_FLAGS), from, to);
    }

    void exchange(byte[] one, byte[] other) throws IOException {
        Result result = call(one, other, Linux.RENAME_EXCHANGE);
        if (result.is(Errno.ENOENT)) {
            Result first = directory.call(dir -> new Stat().look(sys, dir, one));
            result.check(directory, first.failed() ? one : other);
        }
        result.check(directory, one);
    }

    Result call(byte[] from, byte[] to, int flags) throws IOException {
        return directory.call(dir -> new Result(Call.RENAME, sys.renameat2(dir, from, dir, to, flags)));
    }

    private void check(Result result, byte[] from, byte[] to) throws IOException {
        result.check(directory, result.is(Errno.ENOENT) ? from : to);
    }
}
