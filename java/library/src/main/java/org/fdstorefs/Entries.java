// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.Uapi;

/** What {@link FdStore} does with the entries of a directory, in system calls. */
final class Entries {
    /** Far more than the text of any entry, which comes in one read(2). */
    static final int TEXT_MAX = 4096;

    private static final byte[] THE_DIRECTORY = {'.'};
    private static final int ENTRY_MODE = 0600;
    private static final int NO_MODE = 0;
    private static final int NO_WAIT = 0;

    // Each try means that somebody else removed or made the entry just then.
    private static final int PUT_TRIES = 100;

    private final Sys sys;

    Entries(Sys sys) {
        this.sys = sys;
    }

    /** Puts a struct fdstorefs_put into the entry, or into a new one if there is none. */
    Result put(int dir, byte[] name, byte[] argument) {
        Result result = putIntoExisting(dir, name, argument);
        for (int tries = 1; result.is(Errno.ENOENT) && tries < PUT_TRIES; tries++) {
            result = putIntoNew(dir, name, argument);
            if (result.call() == Call.LINK && result.is(Errno.EEXIST)) {
                result = putIntoExisting(dir, name, argument);
            } else {
                return result;
            }
        }
        return result;
    }

    private Result putIntoExisting(int dir, byte[] name, byte[] argument) {
        int entry = open(dir, name, Linux.O_WRONLY);
        if (entry < 0) {
            return new Result(Call.OPEN, entry);
        }
        try {
            return new Result(Call.PUT, sys.ioctl(entry, Uapi.IOC_PUT, argument));
        } finally {
            sys.close(entry);
        }
    }

    private Result putIntoNew(int dir, byte[] name, byte[] argument) {
        Result opened = openNameless(dir);
        if (opened.failed()) {
            return opened;
        }
        int entry = (int) opened.value();
        try {
            int put = sys.ioctl(entry, Uapi.IOC_PUT, argument);
            if (put < 0) {
                return new Result(Call.PUT, put);
            }
            // open(2), O_TMPFILE: the way to link it that needs no capability.
            byte[] source = ("/proc/self/fd/" + entry).getBytes(US_ASCII);
            return new Result(Call.LINK, sys.linkat(Linux.AT_FDCWD, source, dir, name, Linux.AT_SYMLINK_FOLLOW));
        } finally {
            sys.close(entry);
        }
    }

    /** Opens an entry that has no name. */
    Result openNameless(int dir) {
        int flags = Linux.oTmpFile() | Linux.O_WRONLY | Linux.O_CLOEXEC;
        return new Result(Call.OPEN_TMPFILE, sys.openat(dir, THE_DIRECTORY, flags, ENTRY_MODE));
    }

    /** Opens the entry for anything that its permissions allow. */
    Result open(int dir, byte[] name) {
        return new Result(Call.OPEN, open(dir, name, Linux.O_RDWR, Linux.O_RDONLY, Linux.O_WRONLY));
    }

    /** Opens the entry, or a new, empty one if there is none. */
    Result openOrCreate(int dir, byte[] name) {
        Result result = open(dir, name);
        for (int tries = 1; result.is(Errno.ENOENT) && tries < PUT_TRIES; tries++) {
            int flags = Linux.O_RDWR | Linux.O_CREAT | Linux.O_EXCL | Linux.O_CLOEXEC;
            result = new Result(Call.CREATE, sys.openat(dir, name, flags, ENTRY_MODE));
            if (!result.is(Errno.EEXIST)) {
                return result;
            }
            result = open(dir, name);
        }
        return result;
    }

    /** Whether the entry holds something: the value is 1, else 0. */
    Result isFilled(int dir, byte[] name) {
        Result opened = open(dir, name);
        if (opened.failed()) {
            return opened;
        }
        int entry = (int) opened.value();
        try {
            int events = sys.poll(entry, Linux.POLLIN, NO_WAIT);
            return new Result(Call.POLL, events < 0 ? events : events & Linux.POLLIN);
        } finally {
            sys.close(entry);
        }
    }

    /** A new descriptor of what the entry holds. */
    Result get(int dir, byte[] name) {
        return receive(Call.GET, Uapi.IOC_GET, (int) open(dir, name).value());
    }

    /** A new descriptor of what the entry held. */
    Result take(int dir, byte[] name) {
        return receive(Call.TAKE, Uapi.IOC_TAKE, open(dir, name, Linux.O_RDWR, Linux.O_WRONLY));
    }

    private Result receive(Call verb, long request, int entry) {
        if (entry < 0) {
            return new Result(Call.OPEN, entry);
        }
        try {
            return new Result(verb, sys.ioctl(entry, request, 0));
        } finally {
            sys.close(entry);
        }
    }

    /** Reads the text of the entry; the value is its length. */
    Result read(int dir, byte[] name, byte[] text) {
        int entry = open(dir, name, Linux.O_RDONLY);
        if (entry < 0) {
            return new Result(Call.OPEN, entry);
        }
        try {
            return new Result(Call.READ, sys.read(entry, text, text.length));
        } finally {
            sys.close(entry);
        }
    }

    Result remove(int dir, byte[] name) {
        return new Result(Call.UNLINK, sys.unlinkat(dir, name, 0));
    }

    /** Adds the names of that kind to the list. */
    Result list(int dir, DirectoryReader.Kind kind, List<String> names) {
        int flags = Linux.O_RDONLY | Linux.oDirectory() | Linux.O_CLOEXEC;
        int listing = sys.openat(dir, THE_DIRECTORY, flags, NO_MODE);
        if (listing < 0) {
            return new Result(Call.LIST, listing);
        }
        try {
            return new Result(Call.LIST, DirectoryReader.read(sys, listing, kind, names));
        } finally {
            sys.close(listing);
        }
    }

    /**
     * Opens the entry with the first of these access modes that its permissions, or those of the
     * mount, do not forbid. Non-blocking, lest a fifo of that name makes us wait.
     */
    private int open(int dir, byte[] name, int... accessModes) {
        int first = 0;
        for (int accessMode : accessModes) {
            int flags = accessMode | Linux.O_CLOEXEC | Linux.O_NOCTTY | Linux.O_NONBLOCK | Linux.oNoFollow();
            int entry = sys.openat(dir, name, flags, NO_MODE);
            if (entry != -Errno.EACCES.number() && entry != -Errno.EROFS.number()) {
                return entry;
            }
            first = first == 0 ? entry : first;
        }
        return first;
    }
}
