// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.FdPipe;
import org.fdstorefs.exec.Child;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.ProcessSys;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;
import org.fdstorefs.internal.SyscallNumber;
import org.fdstorefs.internal.SystemCall;

/** What is done with pidfds. */
final class Pidfd {
    private static final int SIGKILL = 9;
    private static final int FOREVER = -1;
    private static final String PID = "Pid:";
    private static final int INTERRUPTED = -Errno.EINTR.number();
    private static final int GONE = -Errno.ESRCH.number();
    private static final int NONE = -Errno.EBADF.number();

    private Pidfd() {}

    /** That of a child, or something which is readable as that is after its end. */
    static Fd of(Child child) throws IOException {
        try {
            return Fd.pidfd(child.toHandle());
        } catch (IOException e) {
            if (Errno.of(e).filter(Errno.ESRCH::equals).isEmpty()) {
                throw e;
            }
            FdPipe pipe = Fd.pipe();
            pipe.writer().close();
            return pipe.reader();
        }
    }

    /** That of a process with this number; empty if there is none. */
    static Optional<Fd> open(int pid) throws IOException {
        int result = ProcessSys.system().pidfdOpen(pid, 0);
        if (result == GONE) {
            return Optional.empty();
        } else if (result < 0) {
            throw SysErrors.exception(result, "pidfd_open", "process " + pid);
        }
        return Optional.of(Fd.adopt(result));
    }

    /** The number of its process; empty if that has ended, or if it is no pidfd. */
    static OptionalInt pid(Fd pidfd) throws IOException {
        for (String line :
                pidfd.use(fd -> Files.readAllLines(Path.of("/proc/self/fdinfo", Integer.toString(fd)), US_ASCII))) {
            if (line.startsWith(PID)) {
                int pid = Integer.parseInt(line.substring(PID.length()).strip());
                return pid > 0 ? OptionalInt.of(pid) : OptionalInt.empty();
            }
        }
        return OptionalInt.empty();
    }

    /** SIGKILL; nothing if its process has ended. */
    static void kill(Fd pidfd, String name) throws IOException {
        signal(pidfd, SIGKILL, name);
    }

    /** A signal; nothing if its process has ended. */
    static void signal(Fd pidfd, int signal, String name) throws IOException {
        long result = pidfd.use(fd -> SystemCall.make(SyscallNumber.PIDFD_SEND_SIGNAL, fd, signal, 0, 0, 0, 0));
        if (result < 0 && result != GONE && result != NONE) {
            throw SysErrors.exception(result, "pidfd_send_signal", name);
        }
    }

    /** Whether its process has ended: all its threads. */
    static boolean hasEnded(Fd pidfd) throws IOException {
        return poll(pidfd, 0) != 0;
    }

    /** Waits for that. */
    static void awaitEnd(Fd pidfd) throws IOException {
        poll(pidfd, FOREVER);
    }

    /** Waits for that; false if the time is over before. */
    static boolean awaitEnd(Fd pidfd, Duration timeout) throws IOException {
        return poll(pidfd, (int) Math.min(Integer.MAX_VALUE, timeout.toMillis())) != 0;
    }

    private static int poll(Fd pidfd, int timeoutMillis) throws IOException {
        int events = pidfd.use(fd -> {
            int result;
            do {
                result = Sys.system().poll(fd, Linux.POLLIN, timeoutMillis);
            } while (result == INTERRUPTED);
            return result;
        });
        if (events < 0) {
            throw SysErrors.exception(events, "poll", "pidfd");
        }
        return events;
    }
}
