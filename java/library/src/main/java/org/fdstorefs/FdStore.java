// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;
import org.fdstorefs.internal.Uapi;

/**
 * A directory of a mounted fdstorefs, whose files (<em>entries</em>) hold open file descriptions.
 *
 * <p>Names are those of entries in this very directory: a path, or a symbolic link, is not
 * followed. They are bytes for the kernel and UTF-8 here; a byte that is not UTF-8 comes as the
 * lone surrogate 0xDC00 plus the byte, and goes back as that byte.
 *
 * <p>Thread-safe. The store keeps its directory open until it is closed, so it stays with that
 * directory if that is renamed, and keeps the filesystem busy.
 *
 * <p>Besides what each method says, methods throw
 * <ul>
 *   <li>{@link java.nio.file.InvalidPathException} (unchecked) for what can be no name,
 *   <li>{@link java.nio.file.AccessDeniedException} if the permissions of the entry or of the
 *       directory do not allow it,
 *   <li>{@link ClosedFdException} if the store is closed,
 *   <li>{@link FdStoreException} with the errno for everything else that the kernel refuses.
 * </ul>
 */
public final class FdStore implements AutoCloseable {
    private final Sys sys;
    private final Path directory;
    private final Fd fd;
    private final Entries entries;

    FdStore(Sys sys, Path directory, Fd fd) {
        this.sys = sys;
        this.directory = directory;
        this.fd = fd;
        this.entries = new Entries(sys);
    }

    /**
     * Opens the root or another directory of a mounted store.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such directory
     * @throws java.nio.file.NotDirectoryException if that is none
     * @throws NotAStoreException if it is in another filesystem
     */
    public static FdStore open(Path directory) throws IOException {
        requireNonNull(directory, "directory is null");
        return open(Sys.system(), directory, Fd.open(directory, OpenFlag.PATH, OpenFlag.DIRECTORY));
    }

    private static FdStore open(Sys sys, Path directory, Fd fd) throws IOException {
        try {
            long type = fd.use(sys::fileSystemType);
            if (type < 0) {
                throw SysErrors.exception(type, "fstatfs", directory.toString());
            }
            if (type != Uapi.SUPER_MAGIC) {
                throw new NotAStoreException(directory.toString(), type);
            }
            return new FdStore(sys, directory, fd);
        } catch (Throwable e) {
            fd.close();
            throw e;
        }
    }

    /** The path that it was opened by. */
    public Path directory() {
        return directory;
    }

    /**
     * Puts the open file of a descriptor into the entry of that name. The descriptor stays the
     * caller's, and may be closed at once.
     *
     * <p>An entry that is missing is made, with mode 0600 (and what the default ACL of the directory
     * says), and appears under its name only when it is filled: nobody sees it empty, and nothing
     * is left of it when the put fails. For this /proc must be mounted.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the entry holds something and
     *     {@link PutOption#REPLACE} was not given
     * @throws ClosedFdException if {@code file} is closed
     * @throws FdStoreException with ELOOP or EINVAL for the kinds of files that cannot be stored
     */
    public void put(String name, Fd file, PutOption... options) throws IOException {
        byte[] bytes = EntryName.bytes(name);
        requireNonNull(file, "file is null");
        boolean replace = Arrays.asList(options).contains(PutOption.REPLACE);
        use(dir -> file.use(number -> entries.put(dir, bytes, number, replace))).check(path(name));
    }

    /**
     * A new descriptor for what the entry holds, which stays in the entry: both are of the same open
     * file, with one offset and one set of status flags.
     *
     * <p>The kernel wants the entry open for all that the stored file can do. It is opened for
     * reading and writing, or if it may not be, for reading, or for writing.
     *
     * @return a descriptor to be closed by the caller
     * @throws java.nio.file.NoSuchFileException if there is no entry of that name
     * @throws EmptyEntryException if it holds nothing
     * @throws java.nio.file.AccessDeniedException also if the stored file can do more than the caller
     *     may do with the entry
     * @throws FdStoreException with EMFILE if there is no free descriptor number
     */
    public Fd get(String name) throws IOException {
        byte[] bytes = EntryName.bytes(name);
        return adopt(use(dir -> entries.get(dir, bytes)), name);
    }

    /**
     * As {@link #get}, but empty if there is no entry of that name, or if it holds nothing.
     *
     * @return a descriptor to be closed by the caller
     */
    public Optional<Fd> find(String name) throws IOException {
        byte[] bytes = EntryName.bytes(name);
        Result result = use(dir -> entries.get(dir, bytes));
        if (result.is(Errno.ENOENT) || result.is(Errno.ENODATA)) {
            return Optional.empty();
        }
        return Optional.of(adopt(result, name));
    }

    /**
     * Gets what the entry holds and empties the entry, in one step: of many callers one wins, and
     * the others see an empty entry. The entry stays, empty; {@link #remove} removes it.
     *
     * <p>As {@link #get}, but the entry must be writable in any case. When it fails the entry keeps
     * what it holds.
     *
     * @return a descriptor to be closed by the caller
     * @throws java.nio.file.NoSuchFileException if there is no entry of that name
     * @throws EmptyEntryException if it holds nothing
     */
    public Fd take(String name) throws IOException {
        byte[] bytes = EntryName.bytes(name);
        return adopt(use(dir -> entries.take(dir, bytes)), name);
    }

    /**
     * Removes the name. When it was the last one of its entry, what that holds is released, also if
     * somebody has the entry open.
     *
     * @return whether there was such a name
     */
    public boolean remove(String name) throws IOException {
        byte[] bytes = EntryName.bytes(name);
        Result result = use(dir -> entries.remove(dir, bytes));
        if (result.is(Errno.ENOENT)) {
            return false;
        }
        result.check(path(name));
        return true;
    }

    /**
     * What the entry is and holds, without touching that.
     *
     * @throws java.nio.file.NoSuchFileException if there is no entry of that name
     */
    public FdEntry info(String name) throws IOException {
        byte[] bytes = EntryName.bytes(name);
        byte[] text = new byte[Entries.TEXT_MAX];
        int length = use(dir -> entries.read(dir, bytes, text)).check(path(name));
        return parse(name, text, length);
    }

    /** The names of the entries in this directory, sorted; subdirectories are not among them. */
    public List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        use(dir -> entries.list(dir, names)).check(directory.toString());
        names.sort(null);
        return List.copyOf(names);
    }

    /**
     * The entries in this directory, sorted by name, each as it was when its turn came. One that the
     * caller may not read is there as {@link FdEntry.State#UNREADABLE}.
     */
    public List<FdEntry> list() throws IOException {
        List<FdEntry> list = new ArrayList<>();
        byte[] text = new byte[Entries.TEXT_MAX];
        for (String name : names()) {
            byte[] bytes = EntryName.bytes(name);
            Result result = use(dir -> entries.read(dir, bytes, text));
            if (result.is(Errno.EACCES)) {
                list.add(FdEntry.unreadable(name));
            } else if (!result.is(Errno.ENOENT)) {
                list.add(parse(name, text, result.check(path(name))));
            }
        }
        return List.copyOf(list);
    }

    private FdEntry parse(String name, byte[] text, int length) throws IOException {
        try {
            return EntryText.parse(name, new String(text, 0, length, UTF_8));
        } catch (IllegalArgumentException e) {
            FileSystemException exception = new FileSystemException(
                    path(name), null, "the kernel module speaks another language: " + e.getMessage());
            exception.initCause(e);
            throw exception;
        }
    }

    private Result use(FdFunction<Result> function) throws IOException {
        if (!fd.isOpen()) {
            throw new ClosedFdException("the store on " + directory);
        }
        return fd.use(function);
    }

    private Fd adopt(Result result, String name) throws IOException {
        return Fd.adopt(sys, result.check(path(name)));
    }

    // Not a Path: that may be unable to hold a name that is not of the locale's charset.
    private String path(String name) {
        return directory + "/" + name;
    }

    /** Closes the directory; what is stored stays stored. Later calls do nothing. */
    @Override
    public void close() throws IOException {
        fd.close();
    }
}
