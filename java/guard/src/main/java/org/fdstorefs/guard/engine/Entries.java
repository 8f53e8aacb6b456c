// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.wire.Opcode;
import org.fdstorefs.guard.state.GuardState;
import org.fdstorefs.guard.state.Hidden;
import org.fdstorefs.guard.state.Node;

/** Requests that are answered with an entry: what is looked up, and what is new. */
final class Entries {
    private static final int ANYTHING = -1;

    private final GuardState state;
    private final Resolver resolver;
    private final Locks locks;

    Entries(GuardState state, Resolver resolver, Locks locks) {
        this.state = state;
        this.resolver = resolver;
        this.locks = locks;
    }

    int lookup(Asked asked, Calls calls) throws BackendGoneException, FuseException {
        Node parent = resolver.node(asked.header().nodeId());
        Bytes name = asked.nameAt(0);
        if (Hidden.isName(name.toArray())) {
            throw new FuseException(Errno.ENOENT);
        }
        Lock lock = locks.looking(parent);
        lock.lock();
        try {
            return entry(asked, calls, parent, name, ANYTHING);
        } finally {
            lock.unlock();
        }
    }

    /** Passes it on, and notes which node the answer is about. */
    private int entry(Asked asked, Calls calls, Node parent, Bytes name, int type)
            throws BackendGoneException, FuseException {
        long backend = resolver.resolve(parent, calls);
        int length = asked.passAsItIs(calls.message().passOn(asked.in(), backend), calls);
        if (asked.errno() != 0) { // as often as not: what is created, is looked up before
            if (asked.errno() == Errno.ENOENT.number()) {
                state.removed(parent, name);
            }
            return length;
        }
        Calls.check(asked.out(), length, Wire.ENTRY);
        expect(asked.out(), type);
        note(asked.out(), parent, name);
        return length;
    }

    /** What was made is there, and what it was to be. */
    private static void expect(ByteBuffer out, int type) throws FuseException {
        Calls.Found found = Calls.Found.of(out);
        if (type != ANYTHING && (found.backend() == 0 || found.type() != type)) {
            throw new FuseException(Errno.EIO);
        }
    }

    /** Puts the guard's numbers in the place of the server's. */
    private Node note(ByteBuffer out, Node parent, Bytes name) throws FuseException {
        Calls.Found found = Calls.Found.of(out);
        if (found.backend() == 0) {
            state.removed(parent, name); // a name that is not there, to be remembered so
            return parent;
        }
        if (found.backend() == Node.ROOT || found.type() == 0) {
            throw new FuseException(Errno.EIO); // the root has no name, and each file is something
        }
        Node node = state.entered(parent, name, found.backend(), found.type(), found.inode());
        show(out, node);
        return node;
    }

    /** A directory, a device or a symbolic link. What half of it a server made that ended goes first. */
    int make(Asked asked, Calls calls, boolean again) throws BackendGoneException, FuseException {
        Node parent = resolver.node(asked.header().nodeId());
        Opcode opcode = asked.header().opcode();
        Bytes name = asked.nameAt(opcode == Opcode.SYMLINK ? 0 : opcode == Opcode.MKNOD ? 16 : 8);
        refuseHidden(name);
        Lock lock = locks.changing(parent);
        lock.lock();
        try {
            if (again) {
                removeHalfMade(calls, parent, name, opcode);
            }
            return entry(asked, calls, parent, name, type(asked));
        } finally {
            lock.unlock();
        }
    }

    /** Of what is to be made. */
    private static int type(Asked asked) {
        return switch (asked.header().opcode()) {
            case MKDIR -> Wire.DIRECTORY;
            case SYMLINK -> Wire.SYMBOLIC_LINK;
            default -> asked.intAt(0) & Wire.TYPE_MASK;
        };
    }

    private static void refuseHidden(Bytes name) throws FuseException {
        if (Hidden.isName(name.toArray())) {
            throw new FuseException(Errno.EPERM);
        }
    }

    /** The kernel asks for what it knows not to be there, so what is there is ours, and nobody has used it. */
    private void removeHalfMade(Calls calls, Node parent, Bytes name, Opcode opcode)
            throws BackendGoneException, FuseException {
        long directory = resolver.resolve(parent, calls);
        Optional<Calls.Found> found = calls.lookup(directory, name);
        if (found.isEmpty()) {
            return;
        }
        calls.forget(found.get().backend(), 1);
        if (opcode == Opcode.MKDIR && found.get().type() == Wire.DIRECTORY) {
            calls.removeDirectory(directory, name);
        } else if (opcode != Opcode.MKDIR && isEmpty(found.get())) {
            calls.unlink(directory, name);
        }
    }

    /** Something with data in it may be somebody else's. */
    private static boolean isEmpty(Calls.Found found) {
        return found.type() != Wire.DIRECTORY && (found.type() != Wire.REGULAR || found.size() == 0);
    }

    int link(Asked asked, Calls calls, boolean again) throws BackendGoneException, FuseException {
        Node parent = resolver.node(asked.header().nodeId());
        Node target = resolver.node(asked.longAt(0));
        Bytes name = asked.nameAt(8);
        refuseHidden(name);
        Lock lock = locks.changing(parent);
        lock.lock();
        try {
            long directory = resolver.resolve(parent, calls);
            long backend = resolver.resolve(target, calls); // the answer is compared with it
            Message message = again && isThere(calls, directory, name)
                    ? asked.own(Opcode.LOOKUP, calls.message(), directory).name(name)
                    : calls.message().passOn(asked.in(), directory).patch(0, backend);
            int length = asked.pass(message, calls, Wire.ENTRY);
            linked(asked.out(), parent, name, target);
            return length;
        } finally {
            lock.unlock();
        }
    }

    private static boolean isThere(Calls calls, long directory, Bytes name) throws BackendGoneException, FuseException {
        Optional<Calls.Found> found = calls.lookup(directory, name);
        if (found.isPresent()) {
            calls.forget(found.get().backend(), 1);
        }
        return found.isPresent();
    }

    /** Servers that number names rather than files answer with another node: for the kernel it is the same. */
    private void linked(ByteBuffer out, Node parent, Bytes name, Node target) throws FuseException {
        Calls.Found found = Calls.Found.of(out);
        if (found.backend() == 0 || found.type() != target.type()) {
            throw new FuseException(Errno.EIO);
        }
        if (state.bound(target) == found.backend()) {
            state.entered(parent, name, found.backend(), found.type(), found.inode());
        } else {
            note(out, parent, name);
            return;
        }
        show(out, target);
    }

    /** Numbers of nodes are never used again, so they are all of one generation, whatever the server counts. */
    private void show(ByteBuffer out, Node node) {
        out.putLong(Wire.OUT_HEADER, node.id()).putLong(Wire.OUT_HEADER + Wire.ENTRY_GENERATION, 0);
        Attributes.show(out, Wire.OUT_HEADER + Wire.ENTRY_ATTR, node, state);
    }

    /** Creates and opens a file; its node is in the reply, the handle is still the server's. */
    int create(Asked asked, Calls calls, boolean again) throws BackendGoneException, FuseException {
        Node parent = resolver.node(asked.header().nodeId());
        Bytes name = asked.nameAt(16);
        refuseHidden(name);
        Lock lock = locks.changing(parent);
        lock.lock();
        try {
            if (again) {
                removeHalfMade(calls, parent, name, Opcode.CREATE);
            }
            long directory = resolver.resolve(parent, calls);
            int length = asked.pass(calls.message().passOn(asked.in(), directory), calls, Wire.ENTRY + Wire.OPEN_OUT);
            expect(asked.out(), Wire.REGULAR);
            note(asked.out(), parent, name);
            return length;
        } finally {
            lock.unlock();
        }
    }
}
