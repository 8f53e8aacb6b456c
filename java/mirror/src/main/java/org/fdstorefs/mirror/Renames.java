// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.Request;

/**
 * Renames. The memo of the request is the inode number of what is renamed: if that has the new name
 * on a replay, it was renamed before.
 *
 * <p>What loses its last name by it stays, hidden ({@link RemovedFiles}). A file is given its hidden
 * name beforehand, which nobody sees, whatever happens next. A directory has one name only: it is
 * exchanged with the one that takes its place, and then hidden from where that came from.
 */
final class Renames {
    private static final int KNOWN_FLAGS = Libc.RENAME_NOREPLACE | Libc.RENAME_EXCHANGE;

    private final HostFiles files;
    private final RemovedFiles removed;
    private final NodeTable nodes;

    Renames(HostFiles files, RemovedFiles removed, NodeTable nodes) {
        this.files = requireNonNull(files, "files is null");
        this.removed = requireNonNull(removed, "removed is null");
        this.nodes = requireNonNull(nodes, "nodes is null");
    }

    /** A name in a directory. */
    private record Side(Node directory, Bytes name, HostPath path) {}

    private Side side(long nodeId, Bytes name) throws FuseException {
        Node directory = nodes.locate(nodeId);
        return new Side(directory, name, removed.pathToChange(directory, name));
    }

    /** Renames; {@code flags} are those of renameat2(2), except RENAME_WHITEOUT. */
    void rename(Request request, Bytes name, long newDirectory, Bytes newName, int flags) throws FuseException {
        if ((flags & ~KNOWN_FLAGS) != 0 || flags == KNOWN_FLAGS) {
            throw new FuseException(Errno.EINVAL);
        }
        Side from = side(request.nodeId(), name);
        Side to = side(newDirectory, newName);
        Optional<HostStat> target = files.find(to.path());
        boolean moved =
                request.memo() != 0 && target.isPresent() && target.get().inode() == request.memo();
        if (moved) {
            finish(target.get(), from, to, flags);
        } else if (flags == Libc.RENAME_EXCHANGE) {
            exchange(request, from, to, target.orElseThrow(() -> new FuseException(Errno.ENOENT)));
        } else if (target.isEmpty()) {
            move(request, from, to, flags);
        } else if (flags == Libc.RENAME_NOREPLACE) {
            throw new FuseException(Errno.EEXIST);
        } else {
            replace(request, from, to, target.get());
        }
    }

    /** What may be left of a rename that another server has begun, and perhaps finished. */
    private void finish(HostStat source, Side from, Side to, int flags) throws FuseException {
        Optional<HostStat> left = files.find(from.path());
        boolean sameFile = left.isPresent() && left.get().inode() == source.inode();
        if (left.isPresent() && !sameFile && flags == Libc.RENAME_EXCHANGE) {
            remember(left.get(), to, from);
        } else if (left.isPresent() && !sameFile) {
            removed.hide(nodes.nodeId(left.get()), from.path());
        }
        remember(source, from, to);
    }

    private void move(Request request, Side from, Side to, int flags) throws FuseException {
        HostStat source = begin(request, from);
        files.rename(from.path(), to.path(), flags);
        remember(source, from, to);
    }

    private void exchange(Request request, Side from, Side to, HostStat target) throws FuseException {
        nodes.nodeId(target);
        HostStat source = begin(request, from);
        files.rename(from.path(), to.path(), Libc.RENAME_EXCHANGE);
        remember(source, from, to);
        remember(target, to, from);
    }

    private void replace(Request request, Side from, Side to, HostStat target) throws FuseException {
        HostStat source = files.stat(from.path());
        long targetId = nodes.nodeId(target);
        if (source.isDirectory() != target.isDirectory()) {
            throw new FuseException(target.isDirectory() ? Errno.EISDIR : Errno.ENOTDIR);
        }
        if (source.inode() == target.inode()) {
            return; // two names of one file stay as they are: POSIX wants it so
        }
        if (target.isDirectory() && !files.isEmpty(to.path())) {
            throw new FuseException(Errno.ENOTEMPTY);
        }
        begin(request, source);
        if (target.isDirectory()) {
            files.rename(from.path(), to.path(), Libc.RENAME_EXCHANGE);
            removed.hide(targetId, from.path());
        } else {
            replaceFile(from, to, targetId, target.attributes().links() == 1);
        }
        nodes.gone(targetId, to.directory().id(), to.name());
        remember(source, from, to);
    }

    private void replaceFile(Side from, Side to, long targetId, boolean lastName) throws FuseException {
        boolean keep = lastName && !removed.contains(targetId);
        if (keep) {
            removed.keep(targetId, to.path());
        }
        try {
            files.rename(from.path(), to.path(), 0);
        } catch (FuseException e) {
            if (keep) {
                removed.drop(targetId);
            }
            throw e;
        }
    }

    private HostStat begin(Request request, Side from) throws FuseException {
        return begin(request, files.stat(from.path()));
    }

    private HostStat begin(Request request, HostStat source) throws FuseException {
        nodes.nodeId(source); // which must be on this file system
        request.memo(source.inode());
        return source;
    }

    private void remember(HostStat file, Side from, Side to) throws FuseException {
        long nodeId = nodes.nodeId(file);
        nodes.gone(nodeId, from.directory().id(), from.name());
        nodes.moved(nodeId, to.directory().id(), to.name());
    }
}
