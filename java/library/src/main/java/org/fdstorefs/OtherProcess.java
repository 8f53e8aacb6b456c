// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import org.fdstorefs.internal.ProcessSys;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;

/** A running process by its pidfd, and its descriptors by pidfd_getfd(2). */
record OtherProcess(Sys sys, ProcessSys processes, ProcessHandle handle) {
    private static final int NO_FLAGS = 0;

    Fd get(int fd) throws IOException {
        try (Fd pidfd = open()) {
            int copy = processes.pidfdGetfd(pidfd.intValue(), fd, NO_FLAGS);
            if (copy < 0) {
                boolean ended = !handle.isAlive();
                throw exception(ended ? -Errno.ESRCH.number() : copy, "pidfd_getfd", "fd " + fd + " of " + this);
            }
            return Fd.adopt(sys, copy);
        }
    }

    Fd open() throws IOException {
        int number = processes.pidfdOpen(Math.toIntExact(handle.pid()), NO_FLAGS);
        if (number < 0) {
            throw exception(number, "pidfd_open", toString());
        }
        Fd pidfd = Fd.adopt(sys, number);
        // A pidfd stays with its process. If the one that the handle means is alive now, its pid
        // has not gone to another one before the pidfd was opened.
        if (!handle.isAlive()) {
            pidfd.close();
            throw exception(-Errno.ESRCH.number(), "pidfd_open", toString());
        }
        return pidfd;
    }

    private static IOException exception(int result, String call, String what) {
        return switch (Errno.of(-result).orElse(Errno.EIO)) {
            case ESRCH -> SysErrors.exception(result, call, what, "no such process: it has ended");
            case EBADF ->
                SysErrors.exception(
                        result, call, what, "not an open descriptor there; /proc/PID/fd lists those that are");
            case EPERM ->
                SysErrors.exception(
                        result,
                        call,
                        what,
                        "not permitted: the caller must be allowed to ptrace(2) the process, which is being the same"
                                + " user, or having CAP_SYS_PTRACE; with /proc/sys/kernel/yama/ptrace_scope at 1 that"
                                + " capability, or being its ancestor; above 1 the capability. The process must be"
                                + " dumpable, and seccomp filters of containers may forbid the call");
            case ENOSYS ->
                SysErrors.exception(result, call, what, "needs Linux 5.6, or a seccomp filter does not know the call");
            default -> SysErrors.exception(result, call, what);
        };
    }

    @Override
    public String toString() {
        return "process " + handle.pid();
    }
}
