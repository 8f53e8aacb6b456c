// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.util.Optional;
import java.util.concurrent.locks.Lock;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.wire.Opcode;
import org.fdstorefs.guard.state.GuardState;
import org.fdstorefs.guard.state.Hidden;
import org.fdstorefs.guard.state.Node;
import org.jspecify.annotations.Nullable;

/** Names that go or change. Done twice, the second time fails: what is there tells whether it was done before. */
final class NameChanges {
    private final GuardState state;
    private final Resolver resolver;
    private final Locks locks;
    private final Hiding hiding;

    NameChanges(GuardState state, Resolver resolver, Locks locks, Hiding hiding) {
        this.state = state;
        this.resolver = resolver;
        this.locks = locks;
        this.hiding = hiding;
    }

    int remove(Asked asked, Calls calls, boolean again) throws BackendGoneException, FuseException {
        Node parent = resolver.node(asked.header().nodeId());
        Bytes name = asked.nameAt(0);
        refuseHidden(name, Errno.ENOENT);
        Lock lock = locks.changing(parent);
        lock.lock();
        try {
            Node child = state.child(parent, name).orElse(null);
            long directory = resolver.resolve(parent, calls);
            boolean file = asked.header().opcode() == Opcode.UNLINK;
            boolean gone = (again && look(child, directory, name, calls).isEmpty())
                    || (file && hiding.move(child, parent, name, calls));
            if (gone) {
                state.removed(parent, name);
                return asked.done();
            }
            meet(child, calls);
            int length = asked.pass(calls.message().passOn(asked.in(), directory), calls, 0);
            state.removed(parent, name);
            return length;
        } finally {
            lock.unlock();
        }
    }

    private static void refuseHidden(Bytes name, Errno errno) throws FuseException {
        if (Hidden.isName(name.toArray())) {
            throw new FuseException(errno);
        }
    }

    /** Servers expect that names have been looked up which are to be changed. */
    private void meet(@Nullable Node node, Calls calls) throws BackendGoneException {
        if (node != null) {
            try {
                resolver.resolve(node, calls);
            } catch (FuseException e) {
                // The request itself will tell.
            }
        }
    }

    /** What is there, which may be the node. */
    private Optional<Calls.Found> look(@Nullable Node node, long directory, Bytes name, Calls calls)
            throws BackendGoneException, FuseException {
        Optional<Calls.Found> found = calls.lookup(directory, name);
        if (found.isPresent()) {
            if (node != null && node.type() == found.get().type()) {
                state.rebound(node, found.get().backend());
            } else {
                calls.forget(found.get().backend(), 1);
            }
        }
        return found;
    }

    /** The two names of a rename. */
    private record Move(Node parent, Bytes name, Node newParent, Bytes newName, int flags) {
        boolean exchanges() {
            return (flags & Wire.RENAME_EXCHANGE) != 0;
        }
    }

    int rename(Asked asked, Calls calls, boolean again) throws BackendGoneException, FuseException {
        boolean hasFlags = asked.header().opcode() == Opcode.RENAME2;
        int names = hasFlags ? 16 : 8;
        Move move = new Move(
                resolver.node(asked.header().nodeId()),
                asked.nameAt(names),
                resolver.node(asked.longAt(0)),
                asked.secondNameAt(names),
                hasFlags ? asked.intAt(8) : 0);
        refuseHidden(move.name, Errno.ENOENT);
        refuseHidden(move.newName, Errno.EPERM);
        return locks.changing(move.parent, move.newParent, () -> {
            return rename(asked, calls, again, move);
        });
    }

    private int rename(Asked asked, Calls calls, boolean again, Move move) throws BackendGoneException, FuseException {
        Node from = state.child(move.parent, move.name).orElse(null);
        Node to = state.child(move.newParent, move.newName).orElse(null);
        if (asked.hasMoved(from)) {
            return asked.done(); // a guard that ended had noted it, and not answered
        }
        long directory = resolver.resolve(move.parent, calls);
        long newDirectory = resolver.resolve(move.newParent, calls);
        if (again && asked.mayHaveMoved() && wasDone(move, from, to, directory, newDirectory, calls)) {
            note(move);
            return asked.done();
        }
        meet(from, calls);
        meet(to, calls);
        boolean replaces = !move.exchanges() && (move.flags & Wire.RENAME_NOREPLACE) == 0 && to != null && to != from;
        boolean kept = replaces && hiding.keep(to, move.newParent, move.newName, calls);
        asked.moves(from);
        try {
            int length =
                    asked.pass(calls.message().passOn(asked.in(), directory).patch(0, newDirectory), calls, 0);
            note(move);
            if (kept && to != null) {
                hiding.settle(to, calls);
            }
            return length;
        } catch (FuseException e) {
            if (kept && to != null) {
                hiding.restore(to, move.newParent, move.newName, calls);
            }
            throw e;
        }
    }

    private void note(Move move) {
        if (move.exchanges()) {
            state.exchanged(move.parent, move.name, move.newParent, move.newName);
        } else {
            state.renamed(move.parent, move.name, move.newParent, move.newName);
        }
    }

    private boolean wasDone(
            Move move, @Nullable Node from, @Nullable Node to, long directory, long newDirectory, Calls calls)
            throws BackendGoneException, FuseException {
        Optional<Calls.Found> old = calls.lookup(directory, move.name);
        Optional<Calls.Found> now = calls.lookup(newDirectory, move.newName);
        if (old.isPresent()) {
            calls.forget(old.get().backend(), 1);
        }
        if (now.isPresent()) {
            calls.forget(now.get().backend(), 1);
        }
        if (!move.exchanges()) {
            return old.isEmpty() && now.isPresent();
        }
        return old.isPresent() && now.isPresent() && wasExchanged(from, to, old.get(), now.get());
    }

    /** By their inode numbers, if they have any, or by what they are. */
    private boolean wasExchanged(@Nullable Node from, @Nullable Node to, Calls.Found old, Calls.Found now)
            throws FuseException {
        if (from == null || to == null) {
            throw new FuseException(Errno.EIO);
        }
        if (from.type() != to.type()) {
            return old.type() == to.type() && now.type() == from.type();
        }
        boolean same = state.inode(from) == old.inode() && state.inode(to) == now.inode();
        boolean exchanged = state.inode(from) == now.inode() && state.inode(to) == old.inode();
        if (same == exchanged) {
            throw new FuseException(Errno.EIO); // nobody can know
        }
        return exchanged;
    }
}
