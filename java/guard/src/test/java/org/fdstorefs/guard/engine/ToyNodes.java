// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.guard.engine.Disk.File;
import org.fdstorefs.guard.engine.ToyFiles.Kind;
import org.jspecify.annotations.Nullable;

/** What one life of a toy server calls files, or their names: until it is told to forget them. */
final class ToyNodes {
    private static final long ROOT = 1;

    private final Disk disk;
    private final Kind kind;
    private final int generation;
    private final TreeMap<Long, Known> known = new TreeMap<>();
    private long last;

    /** A file, or where one is. */
    private static final class Known {
        private final long id;
        private final File file;
        private long parent;
        private @Nullable String name;
        private long lookups;

        private Known(long id, File file, long parent, String name) {
            this.id = id;
            this.file = file;
            this.parent = parent;
            this.name = name;
        }
    }

    ToyNodes(Disk disk, Kind kind, int generation) {
        this.disk = disk;
        this.kind = kind;
        this.generation = generation;
        this.last = generation * 1000L;
    }

    /** The file that is called so. */
    File file(long id) throws FuseException {
        if (id == ROOT) {
            return disk.root();
        }
        Known node = known.get(id);
        if (node == null) {
            disk.violation("node " + id + " is unknown to life " + generation);
            throw new FuseException(Errno.EIO);
        } else if (kind == Kind.FILES) {
            return node.file;
        } else if (node.name == null) {
            throw new FuseException(Errno.ESTALE);
        }
        return disk.get(file(node.parent), node.name);
    }

    /** One more lookup of a file that is there. */
    long lookup(long parent, String name, File file) {
        Known node = find(parent, name, file).orElseGet(() -> {
            last += 7;
            known.put(last, new Known(last, file, parent, name));
            return known.get(last);
        });
        node.lookups++;
        return node.id;
    }

    private Optional<Known> find(long parent, String name, File file) {
        return known.values().stream()
                .filter(node -> kind == Kind.FILES ? node.file == file : isAt(node, parent, name))
                .findFirst();
    }

    private static boolean isAt(Known node, long parent, String name) {
        return node.parent == parent && Objects.equals(node.name, name);
    }

    void removed(long parent, String name) {
        known.values().stream().filter(node -> isAt(node, parent, name)).forEach(node -> node.name = null);
    }

    void renamed(long parent, String name, long newParent, String newName, boolean keepOther) {
        Known from = find(parent, name).orElse(null);
        Known to = find(newParent, newName).orElse(null);
        if (from != null) {
            from.parent = newParent;
            from.name = newName;
        }
        if (to != null) {
            to.parent = parent;
            to.name = keepOther ? name : null;
        }
    }

    private Optional<Known> find(long parent, String name) {
        return known.values().stream().filter(node -> isAt(node, parent, name)).findFirst();
    }

    void forget(long id, long lookups) {
        Known node = known.get(id);
        if (node == null || node.lookups < lookups) {
            disk.violation("node " + id + " is to be forgotten " + lookups + " times by life " + generation);
            return;
        }
        node.lookups -= lookups;
        if (node.lookups == 0) {
            known.remove(id);
        }
    }

    int size() {
        return known.size();
    }
}
