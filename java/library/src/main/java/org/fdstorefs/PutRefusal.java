// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.fdstorefs.internal.Sys;

/** Why the kernel refuses a put with EINVAL: of its causes the one that fits. */
record PutRefusal(Sys sys, Fd file, List<PutOption> options) {
    private static final Pattern NEVER = Pattern.compile("anon_inode:\\[?(io_uring|fscontext|fanotify)]?");
    private static final Pattern ANCHOR =
            Pattern.compile("(anon_inode:\\[?(pidfd|eventfd|timerfd)]?|pidfd:.*|pipe:.*)");

    String reason() {
        String kind = kind(file);
        if (NEVER.matcher(kind).matches()) {
            return "a file of this kind (" + kind + ") cannot be put";
        }
        for (PutOption option : options) {
            if (option.given().isPresent() && !isAnchor(option.given().get())) {
                Fd anchor = option.given().get();
                return anchor + " (" + kind(anchor) + ") is no anchor: only a pidfd, eventfd, timerfd or pipe is one";
            }
        }
        boolean hangUp = options.contains(PutOption.HANGUP) || options.contains(PutOption.PEER);
        if (options.contains(PutOption.REMOVE) && !hangUp && options.stream().noneMatch(PutOption::isAnchor)) {
            return "REMOVE is about an entry that empties itself: give HANGUP, PEER or an anchor, too";
        }
        if (hangUp) {
            return "of a file of this kind (" + kind
                    + ") it cannot be told whether it has hung up (so it is with regular"
                    + " files, directories, epoll, O_PATH, terminals, perf events, seccomp listeners and character"
                    + " devices but /dev/fuse and tun): put it without "
                    + (options.contains(PutOption.PEER) ? "PEER" : "HANGUP") + ", perhaps with an anchor";
        }
        return "a file of this kind (" + kind + ") cannot be put";
    }

    private boolean isAnchor(Fd fd) {
        return ANCHOR.matcher(kind(fd)).matches() || isFifo(fd);
    }

    private boolean isFifo(Fd fd) {
        Stat stat = new Stat();
        try {
            return !fd.use(number -> stat.look(sys, number)).failed() && stat.isFifo();
        } catch (IOException e) { // closed meanwhile
            return false;
        }
    }

    /** What it is: what /proc calls it if it has no path, else its type. */
    private String kind(Fd fd) {
        Stat stat = new Stat();
        try {
            return fd.use(number -> {
                String link = Files.readSymbolicLink(Path.of("/proc/self/fd/" + number))
                        .toString();
                return link.startsWith("/") && !stat.look(sys, number).failed() ? stat.type() + " " + link : link;
            });
        } catch (IOException e) {
            return "unknown";
        }
    }

    static boolean explains(Result result) {
        return result.call() == Call.PUT && result.value() == -Errno.EINVAL.number();
    }

    static IOException exception(Sys sys, Result result, String name, Fd file, PutOption... options) {
        return result.call().exception(result.value(), name, new PutRefusal(sys, file, List.of(options)).reason());
    }
}
