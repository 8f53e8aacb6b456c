// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.fdstorefs.internal.MountSys;
import org.fdstorefs.internal.Sys;

/**
 * A directory of a mounted fdstorefs, whose files (<em>entries</em>) hold open file descriptions.
 *
 * <pre>{@code
 * try (FdStore store = FdStore.open(Path.of("/run/fdstore"))) {
 *     try (Fd log = Fd.open(Path.of("/tmp/log"), OpenFlag.WRITE, OpenFlag.CREATE)) {
 *         store.put("log", log, PutOption.REPLACE);
 *     }
 *     try (Fd again = store.get("log")) { // the same open file
 *         again.newOutputStream().write("hello\n".getBytes());
 *     }
 * }
 * }</pre>
 *
 * <p>A name is that of an entry in this very directory: paths and symbolic links
 * are not followed. Names are bytes to the kernel and UTF-8 here; a byte that
 * is not UTF-8 becomes the lone surrogate 0xDC00 plus the byte, and is written as that byte.
 *
 * <p>Thread-safe. The store keeps its directory open until it is closed, so it follows a rename of the
 * directory, and keeps the filesystem busy. Methods that wait may be called from virtual threads, and end
 * when their thread is interrupted; closing the store does not end them.
 *
 * <p>Besides what each method says, methods throw
 * <ul>
 *   <li>{@link java.nio.file.InvalidPathException} (unchecked) for what cannot be a name,
 *   <li>{@link java.nio.file.AccessDeniedException} if the permissions of the entry or of the
 *       directory do not allow it,
 *   <li>{@link ClosedFdException} if the store is closed,
 *   <li>{@link FdStoreException} with the errno for everything else that the kernel refuses.
 * </ul>
 */
public final class FdStore implements AutoCloseable {
    private final Directory directory;
    private final Entries entries;
    private final Renames renames;
    private final Children children;
    private final Supplier<Waits> waits;

    FdStore(Directory directory) {
        this(directory, Waits::ofThisProcess);
    }

    /** For tests: with what the waiting threads share. */
    FdStore(Directory directory, Supplier<Waits> waits) {
        this.directory = directory;
        this.waits = waits;
        this.entries = new Entries(directory.sys());
        this.renames = new Renames(directory);
        this.children = new Children(directory);
    }

    /**
     * Opens the root or another directory of a mounted store.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such directory
     * @throws java.nio.file.NotDirectoryException if it is something else
     * @throws NotAStoreException if it is in another filesystem
     */
    public static FdStore open(Path directory) throws IOException {
        requireNonNull(directory, "directory is null");
        Fd fd = Fd.open(directory, OpenFlag.PATH, OpenFlag.DIRECTORY);
        return new FdStore(Directory.in(Sys.system(), directory, fd));
    }

    /**
     * Mounts a new, empty store on a directory, and opens it.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such directory
     * @throws java.nio.file.NotDirectoryException if that is none
     * @throws java.nio.file.AccessDeniedException if the caller may not mount there: it needs
     *     CAP_SYS_ADMIN in the user namespace of its mount namespace
     * @throws FdStoreException with ENODEV if the module is not loaded; with what the kernel says about an option
     *     that it refuses
     */
    public static FdStore mount(Path target, MountOption... options) throws IOException {
        requireNonNull(target, "target is null");
        Sys sys = Sys.system();
        Fd root = new Mounts(sys, MountSys.system()).mount(target, options);
        return new FdStore(Directory.in(sys, target, root));
    }

    /**
     * Unmounts a store. Releases all that it holds, unless it is mounted elsewhere, too. A symbolic
     * link is not followed.
     *
     * @throws NotAStoreException if something else, or nothing, is mounted there
     * @throws FdStoreException with EBUSY if it is in use, for instance by an open {@link FdStore}; with EINVAL if
     *     it is a directory within a store
     */
    public static void unmount(Path target, UnmountOption... options) throws IOException {
        requireNonNull(target, "target is null");
        new Mounts(Sys.system(), MountSys.system()).unmount(target, options);
    }

    /**
     * Where this process sees stores, or directories of stores, mounted; in the order of the mounts. Leaves out
     * those that no Path can hold, in the charset of the locale; {@link #find} finds them, too.
     */
    public static List<Path> mountPoints() throws IOException {
        return MountTable.paths(MountTable.OF_THIS_PROCESS);
    }

    /**
     * Opens the store that the environment variable {@code FDSTORE_PATH} names, or if that is not set, the
     * first mounted one that this process can open.
     *
     * @return a store to be closed by the caller; empty if the variable is not set and there is none
     * @throws IOException if the variable is set, but there is no store
     */
    public static Optional<FdStore> find() throws IOException {
        return Finder.system().find();
    }

    /**
     * The path by which it was opened. If no Path can hold that, in the charset of the locale, it is {@code
     * /proc/self/fd/N}: the same directory, as long as this is open.
     */
    public Path directory() {
        return directory.path();
    }

    /**
     * Puts the open file of a descriptor into the entry of that name. The caller keeps the descriptor, and may
     * close it at once.
     *
     * <p>Makes a missing entry, with mode 0600 (and what the default ACL of the directory says),
     * which appears under its name only when it is filled: nobody sees it empty, and nothing is
     * left of it when the put fails. This needs a mounted /proc.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the entry holds something and
     *     {@link PutOption#REPLACE} was not given
     * @throws ClosedFdException if {@code file}, or the anchor, is closed
     * @throws IllegalArgumentException if two anchors are given
     * @throws FdStoreException with ELOOP or EINVAL for the kinds of files that cannot be stored, or not with
     *     these options; with EPIPE if the file has already hung up, or the anchor fired; with ESHUTDOWN if
     *     the store is sealed; with EDQUOT if the user has filled as many entries as {@link
     *     MountOption#maxUser} allows; with ETOOMANYREFS if this user has stored as much from user namespaces
     *     as the administrator allows; with ENOSPC if the store is full, or too many closes are still under
     *     way
     */
    public void put(String name, Fd file, PutOption... options) throws IOException {
        byte[] bytes = EntryName.bytes(name);
        requireNonNull(file, "file is null");
        Result result = directory.call(dir -> PutOption.use(file, options, put -> entries.put(dir, bytes, put)));
        if (PutRefusal.explains(result)) {
            throw PutRefusal.exception(directory.sys(), result, directory.file(bytes), file, options);
        }
        result.check(directory, bytes);
    }

    /**
     * Opens an entry, to use it again and again.
     *
     * @return an entry to be closed by the caller
     * @throws java.nio.file.NoSuchFileException if there is no entry of that name
     */
    public OpenEntry entry(String name) throws IOException {
        byte[] bytes = EntryName.bytes(name);
        Fd entry = directory.adopt(directory.call(dir -> entries.open(dir, bytes)), bytes);
        return new OpenEntry(directory.sys(), name, directory.file(bytes), entry);
    }

    /**
     * Returns a new descriptor for what the entry holds. The entry keeps it: both refer to
     * the same open file, with one offset and one set of status flags.
     *
     * <p>The kernel requires that the entry is open for all that the stored file can do. It is opened for
     * reading and writing, or if that is not allowed, for reading, or for writing.
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
        return directory.adopt(directory.call(dir -> entries.get(dir, bytes)), bytes);
    }

    /**
     * As {@link #get}, but empty if there is no entry of that name, or if it holds nothing.
     *
     * @return a descriptor to be closed by the caller
     */
    public Optional<Fd> find(String name) throws IOException {
        byte[] bytes = EntryName.bytes(name);
        return ifAny(directory.call(dir -> entries.get(dir, bytes)), bytes);
    }

    /**
     * Gets what the entry holds and empties the entry, in one step: one of many callers wins, and the others
     * see an empty entry. The entry stays, empty; {@link #remove} removes it.
     *
     * <p>As {@link #get}, but the entry must be writable in any case. If this fails, the entry keeps what
     * it holds.
     *
     * @return a descriptor to be closed by the caller
     * @throws java.nio.file.NoSuchFileException if there is no entry of that name
     * @throws EmptyEntryException if it holds nothing
     */
    public Fd take(String name) throws IOException {
        byte[] bytes = EntryName.bytes(name);
        return directory.adopt(directory.call(dir -> entries.take(dir, bytes)), bytes);
    }

    /**
     * As {@link #await(String, Duration)}, but for as long as it takes.
     *
     * @return a descriptor to be closed by the caller
     */
    public Fd await(String name) throws IOException, InterruptedException {
        byte[] bytes = EntryName.bytes(name);
        return directory.adopt(new Waiter(directory, bytes, waits.get().reactor()).get(Deadline.NEVER), bytes);
    }

    /**
     * Waits until there is an entry of that name that holds something, and gets that, as {@link #get}. A
     * put that another process takes away in between goes unnoticed.
     *
     * <p>Needs read permission for the directory, and {@code /proc}, if it must wait. All waits of a process
     * share one platform thread and one inotify instance, of which a user has fs.inotify.max_user_instances,
     * mostly 128; they stay when no thread waits any more. Each directory in which somebody waits takes one
     * or two inotify watches (fs.inotify.max_user_watches), and a descriptor; so does each existing entry
     * that a thread waits for.
     *
     * @param timeout how long at most; zero for not at all
     * @return a descriptor to be closed by the caller; empty when the time is over
     * @throws IllegalArgumentException if the time is negative
     * @throws java.nio.file.NoSuchFileException if this directory is removed
     * @throws FdStoreException with ESHUTDOWN if the store is sealed, which is noticed at once unless there
     *     is no such entry and the directory is not writable; with EMFILE also if the user has no free inotify
     *     instance
     * @throws InterruptedException if the thread is interrupted; then it has got nothing
     */
    public Optional<Fd> await(String name, Duration timeout) throws IOException, InterruptedException {
        byte[] bytes = EntryName.bytes(name);
        return ifAny(new Waiter(directory, bytes, waits.get().reactor()).get(Deadline.in(timeout)), bytes);
    }

    /**
     * As {@link #awaitTake(String, Duration)}, but for as long as it takes.
     *
     * @return a descriptor to be closed by the caller
     */
    public Fd awaitTake(String name) throws IOException, InterruptedException {
        byte[] bytes = EntryName.bytes(name);
        return directory.adopt(new Waiter(directory, bytes, waits.get().reactor()).take(Deadline.NEVER), bytes);
    }

    /**
     * As {@link #await(String, Duration)}, but takes, as {@link #take}: of many waiting threads, one wins
     * each put, and the others keep waiting.
     *
     * @return a descriptor to be closed by the caller; empty when the time is over
     */
    public Optional<Fd> awaitTake(String name, Duration timeout) throws IOException, InterruptedException {
        byte[] bytes = EntryName.bytes(name);
        return ifAny(new Waiter(directory, bytes, waits.get().reactor()).take(Deadline.in(timeout)), bytes);
    }

    /**
     * Waits until there is an entry of that name that holds something, and leaves it there. Needs read
     * permission for the entry. Errors are those of {@link #await(String, Duration)}.
     *
     * @param timeout how long at most; zero for not at all
     * @return whether that is so; false when the time is over
     */
    public boolean awaitFilled(String name, Duration timeout) throws IOException, InterruptedException {
        byte[] bytes = EntryName.bytes(name);
        Result result = new Waiter(directory, bytes, waits.get().reactor()).filled(Deadline.in(timeout));
        return !result.is(Errno.ENOENT) && result.check(directory, bytes) > 0;
    }

    /**
     * Waits until the entry of that name holds nothing, or there is none. Errors are those of
     * {@link #await(String, Duration)}.
     *
     * @param timeout how long at most; zero for not at all
     * @return whether that is so; false when the time is over
     */
    public boolean awaitEmpty(String name, Duration timeout) throws IOException, InterruptedException {
        byte[] bytes = EntryName.bytes(name);
        Result result = new Waiter(directory, bytes, waits.get().reactor()).empty(Deadline.in(timeout));
        return result.is(Errno.ENOENT) || result.check(directory, bytes) == 0;
    }

    /**
     * Removes the name. If it was the last name of its entry, what the entry holds is
     * released, even if somebody has the entry open.
     *
     * @return whether there was such a name
     */
    public boolean remove(String name) throws IOException {
        byte[] bytes = EntryName.bytes(name);
        Result result = directory.call(dir -> entries.remove(dir, bytes));
        if (result.is(Errno.ENOENT)) {
            return false;
        }
        result.check(directory, bytes);
        return true;
    }

    /**
     * Removes the names of the entries in this directory that hold nothing: those that emptied themselves, by
     * {@link PutOption#HANGUP} or an anchor, or that something was taken from. Skips entries of which
     * somebody has a lease, or that the caller may not open.
     *
     * <p>A put into an empty entry may be lost if it comes at the very moment in which the name is
     * removed, as with {@link #remove}. {@link PutOption#REMOVE} has no such moment.
     *
     * @return the names that were removed, sorted
     */
    public List<String> removeEmpty() throws IOException {
        return new Sweep(directory).removeEmpty();
    }

    /** Whether there is an entry of that name, filled or empty. */
    public boolean exists(String name) throws IOException {
        byte[] bytes = EntryName.bytes(name);
        Stat stat = new Stat();
        Result result = directory.call(dir -> stat.look(directory.sys(), dir, bytes));
        if (result.is(Errno.ENOENT)) {
            return false;
        }
        result.check(directory, bytes);
        return stat.isRegularFile();
    }

    /**
     * Gives an entry, or a subdirectory, another name in this directory.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     * @throws java.nio.file.FileAlreadyExistsException if the new name is taken
     */
    public void rename(String from, String to) throws IOException {
        renames.rename(EntryName.bytes(from), EntryName.bytes(to));
    }

    /**
     * As {@link #rename}, but takes the new name from the entry, or empty directory, that has it, in
     * one step. If it was the last name, what that entry holds is released.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such name
     * @throws java.nio.file.DirectoryNotEmptyException if the new name is that of a directory with
     *     something in it
     * @throws FdStoreException with EISDIR if a directory would be replaced by an entry
     */
    public void replace(String from, String to) throws IOException {
        renames.replace(EntryName.bytes(from), EntryName.bytes(to));
    }

    /**
     * Exchanges two names in this directory, of entries or subdirectories, in one step.
     *
     * @throws java.nio.file.NoSuchFileException if one of them is missing
     */
    public void exchange(String one, String other) throws IOException {
        renames.exchange(EntryName.bytes(one), EntryName.bytes(other));
    }

    /**
     * What the entry is and holds; changes nothing.
     *
     * @throws java.nio.file.NoSuchFileException if there is no entry of that name
     */
    public FdEntry info(String name) throws IOException {
        byte[] bytes = EntryName.bytes(name);
        byte[] text = new byte[Entries.TEXT_MAX];
        int length = directory.call(dir -> entries.read(dir, bytes, text)).check(directory, bytes);
        return parse(name, text, length);
    }

    /** The names of the entries in this directory, sorted; subdirectories are not among them. */
    public List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        directory
                .call(dir -> entries.list(dir, DirectoryReader.Kind.ENTRY, names))
                .check(directory.file());
        names.sort(null);
        return List.copyOf(names);
    }

    /**
     * The entries in this directory, sorted by name, each as it was when its turn came. One that the
     * caller may not read has the state {@link FdEntry.State#UNREADABLE}.
     */
    public List<FdEntry> list() throws IOException {
        List<FdEntry> list = new ArrayList<>();
        byte[] text = new byte[Entries.TEXT_MAX];
        for (String name : names()) {
            byte[] bytes = EntryName.bytes(name);
            Result result = directory.call(dir -> entries.read(dir, bytes, text));
            if (result.is(Errno.EACCES)) {
                list.add(FdEntry.unreadable(name));
            } else if (!result.is(Errno.ENOENT)) {
                list.add(parse(name, text, result.check(directory, bytes)));
            }
        }
        return List.copyOf(list);
    }

    private FdEntry parse(String name, byte[] text, int length) throws IOException {
        try {
            return EntryText.parse(name, new String(text, 0, length, UTF_8));
        } catch (IllegalArgumentException e) {
            FileSystemException exception = new FileSystemException(
                    directory.file(EntryName.bytes(name)),
                    null,
                    "the kernel module reports a line that is not understood: " + e.getMessage());
            exception.initCause(e);
            throw exception;
        }
    }

    /**
     * Opens a subdirectory.
     *
     * @return a store to be closed by the caller
     * @throws java.nio.file.NoSuchFileException if there is no directory of that name
     * @throws java.nio.file.NotDirectoryException if it is something else, even a symbolic link
     */
    public FdStore child(String name) throws IOException {
        return new FdStore(children.open(EntryName.bytes(name)), waits);
    }

    /**
     * Makes a subdirectory, with mode 0700, and opens it.
     *
     * @return a store to be closed by the caller
     * @throws java.nio.file.FileAlreadyExistsException if the name is taken
     */
    public FdStore createChild(String name) throws IOException {
        byte[] bytes = EntryName.bytes(name);
        children.create(bytes).check(directory, bytes);
        return new FdStore(children.open(bytes), waits);
    }

    /** The names of the subdirectories, sorted; those of drafts are among them. */
    public List<String> children() throws IOException {
        return children.names();
    }

    /**
     * Removes a subdirectory with all that is in it. Hides it first, under a name like that of a {@link
     * Draft}: a process that gets it as a whole gets all or nothing.
     *
     * @return whether there was such a directory
     * @throws java.nio.file.NotDirectoryException if the name is that of something else
     * @throws IOException also if something in it cannot be removed, with the hidden name
     */
    public boolean removeChild(String name) throws IOException {
        return children.remove(EntryName.bytes(name));
    }

    /**
     * Begins a set of entries that will appear as the subdirectory of that name, as a whole.
     *
     * @return a draft to be committed, and to be closed by the caller
     */
    public Draft draft(String name) throws IOException {
        return Draft.create(directory, EntryName.bytes(name));
    }

    /**
     * Gets what all entries of a subdirectory hold, as one set: all of it was there at one moment, even if
     * others replace it meanwhile by {@link Draft#commitReplacing}, or remove it by {@link #removeChild}.
     *
     * @return a set to be closed by the caller
     * @throws java.nio.file.NoSuchFileException if there is no directory of that name
     * @throws java.nio.file.NotDirectoryException if it is something else
     * @throws EmptyEntryException if one of the entries holds nothing
     * @throws FdStoreException with EAGAIN if names change so fast that it never succeeds
     */
    public FdSet getAll(String child) throws IOException {
        return new SetReader(directory, EntryName.bytes(child)).read();
    }

    /** As {@link #lease(String, Duration)}, but for as long as it takes. */
    public Lease lease(String name) throws IOException, InterruptedException {
        return leases(name).lease(Deadline.NEVER).orElseThrow();
    }

    /**
     * Waits until no other process, and no other thread of this one, has the lease of that name. Makes a
     * missing entry, empty and with mode 0600.
     *
     * <p>All threads of a process that wait for the lease of one entry share one thread, which has the entry
     * open. A wait that ends without the lease leaves that thread behind, for the next one; if nobody waits
     * when the kernel grants the lock, the thread gives it up at once.
     *
     * @param timeout how long at most; zero for not at all
     * @return a lease to be closed by the caller; empty when the time is over
     * @throws IllegalArgumentException if the time is negative
     * @throws InterruptedException if the thread is interrupted; then there is no lease
     */
    public Optional<Lease> lease(String name, Duration timeout) throws IOException, InterruptedException {
        return leases(name).lease(Deadline.in(timeout));
    }

    /**
     * As {@link #lease(String, Duration)}, but without waiting.
     *
     * @return a lease to be closed by the caller; empty if somebody else has it
     */
    public Optional<Lease> tryLease(String name) throws IOException {
        return leases(name).tryLease();
    }

    private Leases leases(String name) {
        return new Leases(directory, EntryName.bytes(name), waits.get().locks());
    }

    private Optional<Fd> ifAny(Result result, byte[] name) throws IOException {
        return Waiter.holdsNothing(result) ? Optional.empty() : Optional.of(directory.adopt(result, name));
    }

    @Override
    public String toString() {
        return "store on " + directory.file();
    }

    /** Closes the directory; what is stored stays stored. Later calls do nothing. */
    @Override
    public void close() throws IOException {
        directory.fd().close();
    }
}
