// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.nio.ByteBuffer;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.wire.Opcode;
import org.fdstorefs.guard.state.GuardState;
import org.fdstorefs.guard.state.Node;
import org.fdstorefs.guard.state.OpenHandle;
import org.fdstorefs.guard.state.OpenHandle.Opening;

/** Requests about open files. */
final class OpenFiles {
    private static final int COLLAPSE_OR_INSERT = 0x08 | 0x20; // FALLOC_FL_COLLAPSE_RANGE, FALLOC_FL_INSERT_RANGE

    private final GuardState state;
    private final Resolver resolver;
    private final WriteLog log;
    private final Hiding hiding;

    OpenFiles(GuardState state, Resolver resolver, WriteLog log, Hiding hiding) {
        this.state = state;
        this.resolver = resolver;
        this.log = log;
        this.hiding = hiding;
    }

    int open(Asked asked, Calls calls) throws BackendGoneException, FuseException {
        Node node = resolver.node(asked.header().nodeId());
        boolean directory = asked.header().opcode() == Opcode.OPENDIR;
        long backend = resolver.resolve(node, calls);
        int length;
        try {
            length = asked.pass(calls.message().passOn(asked.in(), backend), calls, Wire.OPEN_OUT);
        } catch (FuseException e) {
            if (e.errno() != Errno.ENOSYS.number()) {
                throw e;
            }
            // The server does without; the guard does not, since it must know what is open.
            asked.out().clear().position(Wire.OUT_HEADER);
            asked.out().putLong(0).putLong(0);
            length = asked.composed();
        }
        note(asked, node, directory, asked.intAt(0), Wire.OUT_HEADER);
        return length;
    }

    /** Notes the handle of a file that was created. */
    int created(Asked asked, Calls calls, int length) throws FuseException {
        Node node = resolver.node(asked.out().getLong(Wire.OUT_HEADER));
        note(asked, node, false, asked.intAt(0), Wire.OUT_HEADER + Wire.ENTRY);
        return length;
    }

    private void note(Asked asked, Node node, boolean directory, int flags, int at) {
        ByteBuffer out = asked.out();
        Caller caller = asked.caller();
        Opening opening =
                new Opening(asked.header().unique(), directory, flags, caller.uid(), caller.gid(), caller.pid());
        OpenHandle handle = state.open(node, opening, out.getLong(at));
        int kept = directory ? 0 : out.getInt(at + Wire.OPENED_FLAGS) & Wire.OPENED_KEPT;
        out.putLong(at, handle.id()).putInt(at + Wire.OPENED_FLAGS, kept).putInt(at + Wire.OPENED_FLAGS + 4, 0);
    }

    /** The handle that the request is about; EBADF if there is none. */
    OpenHandle handle(long id) throws FuseException {
        OpenHandle handle = state.handle(id).orElseThrow(() -> new FuseException(Errno.EBADF));
        int errno = state.errno(handle);
        if (errno != 0) {
            throw new FuseException(errno);
        }
        return handle;
    }

    /** A request whose body begins with a handle. */
    int use(Asked asked, Calls calls) throws BackendGoneException, FuseException {
        OpenHandle handle = handle(asked.longAt(0));
        int length = asked.pass(about(handle, asked, calls), calls, 0);
        Opcode opcode = asked.header().opcode();
        if (opcode == Opcode.FLUSH || opcode == Opcode.FSYNC) {
            log.synced(handle.node());
        }
        return length;
    }

    private Message about(OpenHandle handle, Asked asked, Calls calls) throws BackendGoneException, FuseException {
        long node = resolver.resolve(handle.node(), calls);
        return calls.message().passOn(asked.in(), node).patch(0, state.backend(handle));
    }

    int allocate(Asked asked, Calls calls, boolean again) throws BackendGoneException, FuseException {
        if (again && (asked.intAt(24) & COLLAPSE_OR_INSERT) != 0) {
            throw new FuseException(Errno.EIO); // done twice, it moves the data twice
        }
        log.settle(handle(asked.longAt(0)).node(), calls);
        return use(asked, calls);
    }

    int write(Asked asked, Calls calls) throws BackendGoneException, FuseException {
        OpenHandle handle = handle(asked.longAt(0));
        int length = asked.pass(about(handle, asked, calls), calls, Long.BYTES);
        int written = asked.out().getInt(Wire.OUT_HEADER);
        log.wrote(handle.node(), asked.longAt(8), asked.dataAt(Wire.WRITE_IN, written), calls);
        return length;
    }

    int attributes(Asked asked, Calls calls) throws BackendGoneException, FuseException {
        Node node = resolver.node(asked.header().nodeId());
        Message message = calls.message().passOn(asked.in(), resolver.resolve(node, calls));
        if ((asked.intAt(Wire.GETATTR_FLAGS) & Wire.GETATTR_HAS_HANDLE) != 0) {
            OpenHandle handle = state.handle(asked.longAt(Wire.GETATTR_HANDLE)).orElse(null);
            if (handle != null && state.errno(handle) == 0) {
                message.patch(Wire.GETATTR_HANDLE, state.backend(handle));
            } else {
                message.patchInt(Wire.GETATTR_FLAGS, 0).patch(Wire.GETATTR_HANDLE, 0);
            }
        }
        return attributes(asked, message, node, calls);
    }

    private int attributes(Asked asked, Message message, Node node, Calls calls)
            throws BackendGoneException, FuseException {
        int length = asked.pass(message, calls, Wire.ATTR_ATTR + Wire.ATTR);
        Attributes.show(asked.out(), Wire.OUT_HEADER + Wire.ATTR_ATTR, node, state);
        return length;
    }

    int setAttributes(Asked asked, Calls calls) throws BackendGoneException, FuseException {
        Node node = resolver.node(asked.header().nodeId());
        int valid = asked.intAt(Wire.SETATTR_VALID);
        if ((valid & Wire.FATTR_SIZE) != 0) {
            log.settle(node, calls);
        }
        Message message = calls.message().passOn(asked.in(), resolver.resolve(node, calls));
        if ((valid & Wire.FATTR_FH) != 0) {
            OpenHandle handle = handle(asked.longAt(Wire.SETATTR_HANDLE));
            message.patch(Wire.SETATTR_HANDLE, state.backend(handle));
        }
        return attributes(asked, message, node, calls);
    }

    int release(Asked asked, Calls calls) throws BackendGoneException, FuseException {
        OpenHandle handle = state.handle(asked.longAt(0)).orElse(null);
        if (handle != null && state.errno(handle) == 0) {
            try {
                asked.pass(about(handle, asked, calls), calls, 0);
            } catch (FuseException e) {
                // The kernel does not listen to it.
            }
        }
        Node node = handle == null ? state.node(asked.header().nodeId()).orElse(null) : handle.node();
        if (handle != null) { // else it was released before
            state.released(handle);
        }
        if (node != null && !state.isOpened(node)) {
            log.synced(node);
            hiding.remove(node, calls);
        }
        return asked.done();
    }
}
