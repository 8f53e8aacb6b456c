// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import java.io.IOException;
import java.util.Optional;
import org.fdstorefs.Errno;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.ProcessSys;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;
import org.fdstorefs.internal.Threads;

/**
 * The thread that a program starts from: with a descriptor table of its own, in which descriptors
 * get the numbers that the program is to have them by, and a working directory of its own.
 *
 * <p>The number that a descriptor is to have may be one at which the JVM has a jar file open, or
 * opens something this moment. Nobody else sees what is moved here, and when the program cannot be
 * run all is as before.
 *
 * <p>What runs here after the move must not need a class that is not loaded yet: the descriptor of
 * the jar that has it may be replaced. So steps are plain system calls, and what went wrong is reported
 * by numbers, which become an exception outside.
 */
final class Departure implements Runnable {
    /** System calls, and nothing else. */
    interface Act {
        /** Returns a negated errno after a failure. */
        int run();
    }

    private static final int LAST = -1;
    private static final int NOTHING = -1;
    private static final int TOO_HIGH = -Errno.EINVAL.number();
    private static final String DUPLICATE = "fcntl F_DUPFD_CLOEXEC";

    private final Sys sys;
    private final ProcessSys processes;
    private final Plan plan;
    private final Act check;
    private final Act act;

    // What the last step was, what it was about, and what it gave. Visible outside after join().
    private String call = "";
    private int subject = NOTHING;
    private int result;
    private boolean departed;

    /**
     * @param check what is done before descriptors move, after which nothing is done if it fails
     * @param act what is done last
     */
    Departure(Sys sys, ProcessSys processes, Plan plan, Act check, Act act) {
        this.sys = sys;
        this.processes = processes;
        this.plan = plan;
        this.check = check;
        this.act = act;
    }

    /**
     * Runs all of it.
     *
     * @return what the check, if it failed, or the act gave
     * @throws IOException if the descriptors or the directory are not available
     */
    int go() throws IOException {
        processes.getpid(); // has its native code loaded while the jar is still where the JVM expects it
        Thread thread = new Thread(this, "exec");
        thread.start();
        Threads.join(thread); // which takes no long time, and cannot be called back from becoming a program
        if (!departed) {
            throw failure();
        }
        return result;
    }

    @Override
    public void run() {
        if (changeDirectory() && closeOthersOnExec()) {
            result = check.run();
            departed = result < 0;
            if (!departed && move()) {
                departed = true;
                result = act.run();
            }
        }
    }

    private boolean step(String name, int about, int outcome) {
        call = name;
        subject = about;
        result = outcome;
        return outcome >= 0;
    }

    private boolean changeDirectory() {
        Optional<byte[]> directory = plan.directory();
        return directory.isEmpty()
                || (step("unshare", NOTHING, processes.unshare(Linux.CLONE_FS))
                        && step("chdir", NOTHING, processes.chdir(directory.get())));
    }

    /** The JVM opens without O_CLOEXEC. This is also what gives the thread its own table. */
    private boolean closeOthersOnExec() {
        int flags = Linux.CLOSE_RANGE_UNSHARE | Linux.CLOSE_RANGE_CLOEXEC;
        boolean good = step("close_range", Numbers.FIRST, sys.closeRange(Numbers.FIRST, LAST, flags));
        for (int fd : plan.kept()) {
            good = good && step("fcntl F_SETFD", fd, sys.fcntl(fd, Linux.F_SETFD, 0));
        }
        return good;
    }

    /** Every number may also be the target of another, so all go to a place above all first. */
    private boolean move() {
        int[] copies = plan.sources().clone();
        int above = Numbers.FIRST;
        for (int target : plan.targets()) {
            above = Math.max(above, target + 1);
        }
        for (int i = 0; i < copies.length; i++) {
            copies[i] = sys.fcntl(copies[i], Linux.F_DUPFD_CLOEXEC, above);
            if (!step(DUPLICATE, copies[i] == TOO_HIGH ? above - 1 : plan.sources()[i], copies[i])) {
                return false;
            }
        }
        for (int i = 0; i < copies.length; i++) {
            if (!step("dup3", plan.targets()[i], sys.dup3(copies[i], plan.targets()[i], 0))) {
                return false;
            }
        }
        return true;
    }

    private IOException failure() {
        if (call.isEmpty()) {
            return new IOException("the thread that was to run the program ended early");
        }
        if (call.equals("chdir")) {
            return SysErrors.exception(result, call, plan.directoryName());
        } else if (call.equals(DUPLICATE) && result == TOO_HIGH) {
            String remedy = "the limit of open files is too low for it (ulimit -n)";
            return SysErrors.exception(result, call, "fd " + subject, remedy);
        } else if (call.equals("fcntl F_SETFD") && result == -Errno.EBADF.number()) {
            return SysErrors.exception(result, call, "fd " + subject, "not open, so the program cannot keep it");
        }
        return SysErrors.exception(result, call, subject == NOTHING ? "the thread" : "fd " + subject);
    }
}
