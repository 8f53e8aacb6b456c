// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.Optional;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.Uapi;

/**
 * An open entry, for a program that uses the same one again and again: getting what
 * it holds takes one system call, where {@link FdStore#get} takes three.
 *
 * <pre>{@code
 * try (FdStore store = FdStore.open(Path.of("/run/fdstore"));
 *         OpenEntry entry = store.entry("log");
 *         Fd log = entry.get()) {
 *     System.out.println(log + " of " + entry.name());
 * }
 * }</pre>
 *
 * <p>It stays with its entry: also when that is renamed, or when another entry gets its name. One that has lost its last
 * name is empty, and cannot be filled any more.
 *
 * <p>Open for reading and writing, or if the entry may not be, for reading, or for writing; its permissions are looked at
 * when it is opened, not later. Thread-safe. Does not need the store that it was got from. Methods throw, besides what
 * they say, {@link ClosedFdException} if this is closed and {@link FdStoreException} with the errno.
 */
public final class OpenEntry implements AutoCloseable {
    private static final int NO_WAIT = 0;

    private final Sys sys;
    private final String name;
    private final String file;
    private final Fd entry;

    /** Owns the descriptor. */
    OpenEntry(Sys sys, String name, String file, Fd entry) {
        this.sys = sys;
        this.name = name;
        this.file = file;
        this.entry = entry;
    }

    /** The name that it was opened by. */
    public String name() {
        return name;
    }

    /**
     * As {@link FdStore#get}.
     *
     * @return a descriptor to be closed by the caller
     * @throws EmptyEntryException if it holds nothing
     */
    public Fd get() throws IOException {
        return adopt(ioctl(Call.GET, Uapi.IOC_GET));
    }

    /**
     * As {@link FdStore#find}.
     *
     * @return a descriptor to be closed by the caller; empty if it holds nothing
     */
    public Optional<Fd> find() throws IOException {
        Result result = ioctl(Call.GET, Uapi.IOC_GET);
        return Waiter.holdsNothing(result) ? Optional.empty() : Optional.of(adopt(result));
    }

    /**
     * As {@link FdStore#take}.
     *
     * @return a descriptor to be closed by the caller
     * @throws EmptyEntryException if it holds nothing
     * @throws FdStoreException with EBADF if it is not open for writing
     */
    public Fd take() throws IOException {
        return adopt(ioctl(Call.TAKE, Uapi.IOC_TAKE));
    }

    /**
     * As {@link FdStore#put}.
     *
     * @throws java.nio.file.FileAlreadyExistsException if it holds something and {@link PutOption#REPLACE} was not given
     * @throws FdStoreException as there; with EBADF if it is not open for writing
     * @throws java.nio.file.NoSuchFileException if it has lost its last name
     */
    public void put(Fd stored, PutOption... options) throws IOException {
        requireNonNull(stored, "file is null");
        Result result = PutOption.use(
                stored, options, put -> entry.use(fd -> new Result(Call.PUT, sys.ioctl(fd, Uapi.IOC_PUT, put))));
        if (PutRefusal.explains(result)) {
            throw PutRefusal.exception(sys, result, file, stored, options);
        }
        result.check(file);
    }

    /** Whether it holds something. */
    public boolean isFilled() throws IOException {
        Result events = entry.use(fd -> new Result(Call.POLL, sys.poll(fd, Linux.POLLIN, NO_WAIT)));
        return (events.check(file) & Linux.POLLIN) != 0;
    }

    private Result ioctl(Call verb, long request) throws IOException {
        return entry.use(fd -> new Result(verb, sys.ioctl(fd, request, 0)));
    }

    private Fd adopt(Result result) throws IOException {
        return Fd.adopt(sys, result.check(file));
    }

    /** Closes it; what it holds stays stored. Later calls do nothing. */
    @Override
    public void close() throws IOException {
        entry.close();
    }

    @Override
    public String toString() {
        return "entry " + file + (entry.isOpen() ? "" : " (closed)");
    }
}
