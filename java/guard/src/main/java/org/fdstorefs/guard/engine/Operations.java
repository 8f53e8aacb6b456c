// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.nio.ByteBuffer;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.guard.state.GuardState;
import org.fdstorefs.guard.state.Node;

/** What is done about each request; the parts know the details. */
final class Operations {
    private final GuardState state;
    private final Startup startup;
    private final Resolver resolver;
    private final Entries entries;
    private final NameChanges names;
    private final OpenFiles files;
    private final Directories directories;
    private final Recovery recovery;

    Operations(GuardState state, Startup startup, Habits habits) {
        this.state = state;
        this.startup = startup;
        Locks locks = new Locks();
        this.resolver = new Resolver(state);
        Hiding hiding = new Hiding(state, resolver);
        WriteLog log = new WriteLog(state, resolver, habits.writesLater());
        this.entries = new Entries(state, resolver, locks);
        this.names = new NameChanges(state, resolver, locks, hiding);
        this.files = new OpenFiles(state, resolver, log, hiding);
        this.directories = new Directories(state, resolver, files);
        this.recovery = new Recovery(state, resolver, log, hiding, habits.readsAtOnce());
    }

    int init(ByteBuffer in, ByteBuffer out) throws FuseException {
        if (state.init().isEmpty()) {
            try {
                state.init(Negotiation.offer(in));
            } catch (FuseException e) {
                startup.refuse("this kernel's version of the FUSE protocol is too old: 7.23 is needed");
                throw e;
            }
        }
        long unique = in.getLong(in.position() - Wire.IN_HEADER + Wire.UNIQUE);
        byte[] agreed = startup.agree();
        out.clear().position(Wire.OUT_HEADER).put(agreed);
        out.putInt(Wire.LENGTH, out.position()).putInt(Wire.OUT_ERROR, 0).putLong(Wire.UNIQUE, unique);
        return out.position();
    }

    void refuse(String reason) {
        startup.refuse(reason);
    }

    void recover(Calls calls) throws BackendGoneException {
        directories.forgetListings();
        recovery.recover(calls);
    }

    /**
     * Answers one request.
     *
     * @param again whether a server that ended may have done it, or a part of it
     * @return the length of the reply
     */
    int answer(Asked asked, Calls calls, boolean again) throws BackendGoneException, FuseException {
        return switch (asked.header().opcode()) {
            case LOOKUP -> entries.lookup(asked, calls);
            case MKNOD, MKDIR, SYMLINK -> entries.make(asked, calls, again);
            case LINK -> entries.link(asked, calls, again);
            case CREATE -> files.created(asked, calls, entries.create(asked, calls, again));
            case UNLINK, RMDIR -> names.remove(asked, calls, again);
            case RENAME, RENAME2 -> names.rename(asked, calls, again);
            case OPEN, OPENDIR -> files.open(asked, calls);
            case RELEASE, RELEASEDIR -> release(asked, calls);
            case READ, FLUSH, FSYNC, FSYNCDIR, LSEEK -> files.use(asked, calls);
            case FALLOCATE -> files.allocate(asked, calls, again);
            case WRITE -> files.write(asked, calls);
            case COPY_FILE_RANGE -> throw new FuseException(Errno.ENOSYS); // the kernel reads and writes then
            case READDIR -> directories.list(asked, calls);
            case GETATTR -> files.attributes(asked, calls);
            case SETATTR -> files.setAttributes(asked, calls);
            case SETXATTR -> again ? tolerate(asked, calls, Errno.EEXIST) : pass(asked, calls);
            case REMOVEXATTR -> again ? tolerate(asked, calls, Errno.of(61).orElse(Errno.ENOENT)) : pass(asked, calls);
            case READLINK, STATFS, GETXATTR, LISTXATTR, ACCESS -> pass(asked, calls);
            case DESTROY -> asked.done();
            default -> other(asked, calls, again);
        };
    }

    private int release(Asked asked, Calls calls) throws BackendGoneException, FuseException {
        directories.release(asked.longAt(0));
        return files.release(asked, calls);
    }

    private int other(Asked asked, Calls calls, boolean again) throws BackendGoneException, FuseException {
        switch (asked.header().code()) {
            case Wire.IOCTL -> {
                if (again) {
                    throw new FuseException(Errno.EIO); // nobody knows what it did
                }
                return files.use(asked, calls);
            }
            case Wire.SYNCFS -> {
                return pass(asked, calls);
            }
            default -> throw new FuseException(Errno.ENOSYS);
        }
    }

    private int pass(Asked asked, Calls calls) throws BackendGoneException, FuseException {
        Node node = resolver.node(asked.header().nodeId());
        long backend = resolver.resolve(node, calls);
        return asked.passAsItIs(calls.message().passOn(asked.in(), backend), calls);
    }

    /** An error that means that it was done before. */
    private int tolerate(Asked asked, Calls calls, Errno done) throws BackendGoneException, FuseException {
        int length = pass(asked, calls);
        return asked.errno() == done.number() ? asked.done() : length;
    }
}
