// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.internal.SyscallNumber;
import org.fdstorefs.internal.Threads;

/**
 * Answers the mounts of one backend on a thread of its own, until no process of it is left, or until it is closed.
 *
 * <p>A mount of a FUSE file system on the private directory does not happen: the caller gets the socket at the
 * number where it had {@code /dev/fuse}, which it had to open before (what opens the device does not matter,
 * nor does fusermount3(1), which then hands that descriptor to the server). So the device must be there and
 * allowed. Nor do unmounts of that directory happen. What is about another place, or no FUSE file system, is left to the
 * kernel.
 */
final class MountCatcher implements Runnable, AutoCloseable {
    private static final long STACK_SIZE = 512 * 1024;
    private static final String FD_OPTION = "fd=";
    private static final byte[] ONE = {1, 0, 0, 0, 0, 0, 0, 0};

    // The places of arguments of mount(2) and umount2(2).
    private static final int TARGET = 1;
    private static final int TYPE = 2;
    private static final int DATA = 4;
    private static final int UMOUNT_TARGET = 0;

    private final Listener listener;
    private final Fd socket;
    private final Path directory;
    private final Fd wake;
    private final Thread thread;
    private volatile Optional<String> options = Optional.empty();

    private MountCatcher(Listener listener, Fd socket, Path directory, Fd wake) {
        this.listener = listener;
        this.socket = socket;
        this.directory = directory;
        this.wake = wake;
        this.thread = new Thread(null, this, "mounts of a backend", STACK_SIZE);
    }

    /**
     * Begins to answer. The listener and the socket belong to it from then on: it closes the socket when a server
     * has it, or none can get it any more.
     *
     * @param directory the place where a mount is caught
     */
    static MountCatcher start(Listener listener, Fd socket, Path directory) throws IOException {
        requireNonNull(listener, "listener is null");
        requireNonNull(socket, "socket is null");
        requireNonNull(directory, "directory is null");
        Fd wake = Fd.eventfd();
        try {
            MountCatcher catcher = new MountCatcher(listener, socket, directory, wake);
            catcher.thread.setDaemon(true);
            catcher.thread.start();
            return catcher;
        } catch (Throwable e) {
            wake.close();
            throw e;
        }
    }

    /** The options of the mount that was caught. */
    Optional<String> options() {
        return options;
    }

    @Override
    public void run() {
        try (listener;
                socket) {
            Optional<Notification> call = listener.next(wake);
            while (call.isPresent()) {
                answer(call.get());
                call = listener.next(wake);
            }
        } catch (IOException | RuntimeException e) {
            Log.error("the mounts of a backend cannot be answered any more", e);
        }
    }

    private void answer(Notification call) throws IOException {
        try {
            if (call.number() == SyscallNumber.MOUNT) {
                mount(call);
            } else if (isOurUnmount(call)) {
                listener.answer(call, 0);
            } else {
                listener.leave(call);
            }
        } catch (IOException | RuntimeException e) {
            // The caller may have died meanwhile, of which there is nothing to tell.
            if (listener.answer(call, Errno.EIO.number())) {
                Log.error("a mount of a backend could not be caught", e);
            }
        }
    }

    private void mount(Notification call) throws IOException {
        Caller caller = new Caller(call.thread());
        Optional<String> type = caller.string(call.arguments()[TYPE]);
        if (type.filter(MountCatcher::isFuse).isEmpty() || !isHere(caller, call.arguments()[TARGET])) {
            listener.leave(call);
            return;
        }
        String data = caller.string(call.arguments()[DATA]).orElse("");
        OptionalInt fd = fd(data);
        if (fd.isEmpty()) {
            listener.answer(call, Errno.EINVAL.number()); // as the kernel
        } else if (!socket.isOpen()) {
            listener.answer(call, Errno.EBUSY.number());
        } else {
            boolean closesOnExec = caller.closesOnExec(fd.getAsInt());
            if (listener.waits(call) && listener.replace(call, fd.getAsInt(), socket, closesOnExec)) {
                options = Optional.of(data);
                // If a signal has interrupted the call it is made again.
                if (listener.answer(call, 0)) {
                    socket.close();
                }
            }
        }
    }

    static boolean isFuse(String type) {
        return type.equals("fuse") || type.equals("fuseblk") || type.startsWith("fuse.") || type.startsWith("fuseblk.");
    }

    /** The descriptor in the options of a mount. */
    static OptionalInt fd(String data) {
        return Arrays.stream(data.split(","))
                .filter(option -> option.startsWith(FD_OPTION))
                .map(option -> option.substring(FD_OPTION.length()))
                .filter(number -> number.matches("[0-9]{1,9}"))
                .mapToInt(Integer::parseInt)
                .findFirst();
    }

    /** A server that mounts at a place which cannot be told must not mount there for real. */
    private boolean isHere(Caller caller, long target) throws IOException {
        Optional<String> path = caller.string(target);
        try {
            return path.isPresent() && caller.means(path.get(), directory);
        } catch (IOException e) {
            return true;
        }
    }

    private boolean isOurUnmount(Notification call) throws IOException {
        if (call.number() != SyscallNumber.UMOUNT2) {
            return false;
        }
        Caller caller = new Caller(call.thread());
        Optional<String> path = caller.string(call.arguments()[UMOUNT_TARGET]);
        try {
            return path.isPresent() && caller.means(path.get(), directory);
        } catch (IOException e) {
            return false; // it is not there, which the kernel will say
        }
    }

    /** Ends the thread. Mounts of what is left of the backend fail with ENOSYS from then on. */
    @Override
    public synchronized void close() throws IOException {
        if (wake.isOpen()) {
            try (OutputStream stream = wake.newOutputStream()) {
                stream.write(ONE);
                Threads.join(thread);
            }
        }
    }
}
