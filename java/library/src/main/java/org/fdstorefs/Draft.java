// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.nio.file.Path;
import org.fdstorefs.internal.Linux;

/**
 * A set of entries that is not complete yet: a directory under a hidden name, to which {@link #commit} or
 * {@link #commitReplacing} gives its real name, so that others find the whole set or none.
 *
 * <pre>{@code
 * try (FdStore store = FdStore.open(Path.of("/run/fdstore"));
 *         Fd connection = Fd.open(Path.of("/dev/fuse"), OpenFlag.READ, OpenFlag.WRITE);
 *         Fd state = Fd.open(Path.of("/tmp/state"), OpenFlag.READ, OpenFlag.WRITE);
 *         Draft draft = store.draft("session")) {
 *     draft.put("connection", connection, PutOption.HANGUP);
 *     draft.put("state", state);
 *     draft.commitReplacing();
 * }
 * }</pre>
 *
 * <p>{@link #close} without a commit removes everything. A process that dies before
 * either leaves the directory behind, with all that it holds: {@link FdStore#children} shows it, under the
 * name {@code .NAME.UNIQUE} (NAME cut if it is very long), and {@link FdStore#removeChild} removes it.
 *
 * <p>The store that made it must stay open. Not thread-safe. Besides what they
 * document, methods throw what those of {@link FdStore} throw.
 */
public final class Draft implements AutoCloseable {
    private final Directory parent;
    private final byte[] name;
    private final byte[] temporary;
    private final FdStore store;
    private boolean committed;
    private boolean closed;

    private Draft(Directory parent, byte[] name, byte[] temporary, FdStore store) {
        this.parent = parent;
        this.name = name;
        this.temporary = temporary;
        this.store = store;
    }

    static Draft create(Directory parent, byte[] name) throws IOException {
        Children children = new Children(parent);
        byte[] temporary = children.createTemporary(name);
        try {
            return new Draft(parent, name, temporary, new FdStore(children.open(temporary)));
        } catch (Throwable e) {
            children.destroy(temporary);
            throw e;
        }
    }

    /** As {@link FdStore#put}, into the draft. */
    public void put(String entry, Fd file, PutOption... options) throws IOException {
        requireUnfinished();
        store.put(entry, file, options);
    }

    /**
     * Where the draft is until it is committed, for uses beyond this class: its mode is 0700, that of its
     * entries 0600.
     */
    public Path directory() {
        return store.directory();
    }

    /**
     * Makes the set appear under its name.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the name is taken; the draft stays as it is
     * @throws java.nio.file.NoSuchFileException if somebody has removed the draft
     * @throws IllegalStateException if it is committed or closed
     */
    public void commit() throws IOException {
        requireUnfinished();
        new Renames(parent).rename(temporary, name);
        committed = true;
    }

    /**
     * Makes the set appear under its name, in place of an existing one, in one step: at
     * every moment one of the two exists. Then the old one is removed.
     *
     * @throws java.nio.file.NoSuchFileException if somebody has removed the draft
     * @throws IllegalStateException if it is committed or closed
     * @throws IOException also if what was there cannot be removed; the new set is in its place all the
     *     same, and the message says under which hidden name the old one remains
     */
    public void commitReplacing() throws IOException {
        requireUnfinished();
        Renames renames = new Renames(parent);
        Result result = renames.call(temporary, name, Linux.RENAME_NOREPLACE);
        for (int tries = 1; result.is(Errno.EEXIST) && tries < TemporaryName.TRIES; tries++) {
            result = renames.call(temporary, name, Linux.RENAME_EXCHANGE);
            if (!result.failed()) {
                committed = true;
                new Children(parent).destroy(temporary);
                return;
            } else if (result.is(Errno.ENOENT)) { // what was there has gone
                result = renames.call(temporary, name, Linux.RENAME_NOREPLACE);
            }
        }
        result.check(parent, temporary);
        committed = true;
    }

    private void requireUnfinished() {
        if (committed || closed) {
            throw new IllegalStateException(
                    parent.file(name) + ": the draft is " + (committed ? "committed" : "closed"));
        }
    }

    /** Ends the draft; one that was not committed is removed. Later calls do nothing. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (store) {
            if (!committed) {
                new Children(parent).destroy(temporary);
            }
        }
    }
}
