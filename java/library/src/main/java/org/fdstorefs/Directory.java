// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.nio.file.Path;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;
import org.fdstorefs.internal.Uapi;

/**
 * An open directory of a store: what all that works in it shares.
 *
 * @param file how messages call it; not a Path, which may be unable to hold the name, by its charset
 * @param path for callers: /proc/self/fd/N where no Path can hold the name
 * @param fd an O_PATH descriptor, closed by the owner of this
 */
record Directory(Sys sys, String file, Path path, Fd fd) {
    private static final int FLAGS = Linux.O_PATH | Linux.O_CLOEXEC;
    private static final int NO_MODE = 0;

    /** A directory that is in a store; closes the descriptor if it is not. */
    static Directory in(Sys sys, Path path, Fd fd) throws IOException {
        return new Directory(sys, ByteStrings.decode(ByteStrings.ofPath(path)), path, fd).requireStore();
    }

    /** As above, of any name. */
    static Directory in(Sys sys, byte[] name, Fd fd) throws IOException {
        Path path = ByteStrings.toPathIfAny(name).orElseGet(() -> Path.of("/proc/self/fd/" + fd.intValue()));
        return new Directory(sys, ByteStrings.decode(name), path, fd).requireStore();
    }

    private Directory requireStore() throws IOException {
        try {
            long type = fd.use(sys::fileSystemType);
            if (type < 0) {
                throw SysErrors.exception(type, "fstatfs", file);
            }
            if (type != Uapi.SUPER_MAGIC) {
                throw new NotAStoreException(file, type);
            }
            return this;
        } catch (Throwable e) {
            fd.close();
            throw e;
        }
    }

    /** Opens a directory in this one, which is not followed if it is a symbolic link. */
    Result open(byte[] name) throws IOException {
        int flags = FLAGS | Linux.oDirectory() | Linux.oNoFollow();
        return call(dir -> new Result(Call.OPEN_CHILD, sys.openat(dir, name, flags, NO_MODE)));
    }

    /** The directory that {@link #open} gave. */
    Directory child(byte[] name, Result opened) throws IOException {
        Fd child = adopt(opened, name);
        return in(sys, ByteStrings.encode(file(name)), child);
    }

    /** The same directory, with a descriptor of its own that lasts as a lease does. */
    Directory dup() throws IOException {
        return new Directory(sys, file, path, Fd.lasting(sys, fd.dup().detach()));
    }

    /** Does something with the descriptor. */
    Result call(FdFunction<Result> function) throws IOException {
        if (!fd.isOpen()) {
            throw new ClosedFdException("the store on " + file);
        }
        return fd.use(function);
    }

    Fd adopt(Result result, byte[] name) throws IOException {
        return Fd.adopt(sys, result.check(this, name));
    }

    /** How messages call a file in it. */
    String file(byte[] name) {
        return file + (file.endsWith("/") ? "" : "/") + ByteStrings.decode(name);
    }
}
