// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static java.util.Objects.requireNonNull;
import static org.fdstorefs.guard.backend.Support.BEST_EFFORT;
import static org.fdstorefs.guard.backend.Support.REFUSED;
import static org.fdstorefs.guard.backend.Support.SUPPORTED;
import static org.fdstorefs.guard.backend.Support.UNKNOWN;
import static org.fdstorefs.guard.backend.Way.DESCRIPTOR;
import static org.fdstorefs.guard.backend.Way.MOUNT;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is known of servers, by the name of the program. */
public final class Servers {
    private static final Pattern HELPER = Pattern.compile("mount\\.(fuse3?\\.)?(.+)");
    private static final Pattern GENERAL_HELPER = Pattern.compile("mount\\.fuse3?");
    private static final Pattern VERSION = Pattern.compile("(.*?[A-Za-z])[-_.]?[0-9][0-9.]*");

    private static final String RCLONE = "rclone";
    private static final String KILLED = "was killed many times under load; nothing failed or differed";

    private static final Map<String, Server> BY_NAME = Stream.of(
                    new Server(
                            "sshfs",
                            DESCRIPTOR,
                            true,
                            SUPPORTED,
                            "acknowledges writes before the other machine has them, so the guard keeps those until the"
                                    + " next flush or fsync; an ssh session that is cut, rather than killed, may give"
                                    + " programs errors"),
                    new Server("bindfs", MOUNT, false, SUPPORTED, KILLED),
                    new Server("mergerfs", MOUNT, false, SUPPORTED, KILLED),
                    new Server("unionfs", MOUNT, false, SUPPORTED, KILLED),
                    new Server("unionfs-fuse", MOUNT, false, SUPPORTED, KILLED),
                    new Server(
                            "fuse-overlayfs",
                            DESCRIPTOR,
                            false,
                            SUPPORTED,
                            KILLED + "; it also crashes by itself at times, which goes unnoticed"),
                    new Server("squashfuse", DESCRIPTOR, false, SUPPORTED, KILLED + "; it cannot be written to"),
                    new Server("squashfuse_ll", DESCRIPTOR, false, SUPPORTED, KILLED + "; it cannot be written to"),
                    new Server(
                            "lxcfs",
                            MOUNT,
                            false,
                            true,
                            SUPPORTED,
                            KILLED
                                    + "; the rest of a file that was read in part when it died is that of its text then"),
                    new Server(
                            "gocryptfs",
                            DESCRIPTOR,
                            true,
                            BEST_EFFORT,
                            "a kill may tear what it writes to its encrypted files: of some 100,000 operations under"
                                    + " 140 kills 49 failed"),
                    ntfs("ntfs-3g"),
                    ntfs("lowntfs-3g"),
                    ntfs("ntfs"))
            .collect(Collectors.toUnmodifiableMap(Server::name, Function.identity()));

    private Servers() {}

    private static Server ntfs(String name) {
        return new Server(
                name,
                MOUNT,
                true,
                BEST_EFFORT,
                "a kill may tear what it writes to the disk, as pulling the plug does: leftover names after"
                        + " interrupted renames were seen");
    }

    /** What is known of the server that this command starts. */
    public static Server of(Command command) {
        requireNonNull(command, "command is null");
        String name = plain(program(command));
        return name.equals(RCLONE) || name.equals("rclonefs")
                ? rclone(command.words())
                : Optional.ofNullable(BY_NAME.get(name)).orElseGet(() -> unknown(name));
    }

    /** mount.fuse is given the program as its first argument: {@code sshfs#host:/data}. */
    private static String program(Command command) {
        String first = command.words().get(1);
        int end = first.indexOf('#');
        return GENERAL_HELPER.matcher(command.name()).matches() && end > 0
                ? Command.name(first.substring(0, end))
                : command.name();
    }

    /** The name without what a distribution may put around it: {@code mount.fuse.sshfs}, {@code sshfs-3.7}. */
    private static String plain(String name) {
        if (!BY_NAME.containsKey(name)) {
            var helper = HELPER.matcher(name);
            if (helper.matches()) {
                return plain(helper.group(2));
            }
            var version = VERSION.matcher(name);
            if (version.matches()) {
                return plain(version.group(1));
            }
        }
        return name;
    }

    private static Server rclone(List<String> words) {
        if (isSet(words, "--read-only")) {
            return new Server(RCLONE, MOUNT, false, SUPPORTED, KILLED + ", with --read-only");
        }
        String cache = valueOf(words, "--vfs-cache-mode").orElse("off");
        if (!cache.equals("off")) {
            return new Server(
                    RCLONE,
                    MOUNT,
                    true,
                    REFUSED,
                    "keeps what is written in a cache of its own (--vfs-cache-mode " + cache
                            + "), which does not survive it: use --read-only");
        }
        return new Server(
                RCLONE,
                MOUNT,
                true,
                BEST_EFFORT,
                "uploads a file while it is written, and cannot go on with half of one: use --read-only");
    }

    private static boolean isSet(List<String> words, String option) {
        return words.contains(option) || words.contains(option + "=true");
    }

    private static Optional<String> valueOf(List<String> words, String option) {
        Optional<String> value = Optional.empty();
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).equals(option) && i + 1 < words.size()) {
                value = Optional.of(words.get(i + 1));
            } else if (words.get(i).startsWith(option + "=")) {
                value = Optional.of(words.get(i).substring(option.length() + 1));
            }
        }
        return value;
    }

    private static Server unknown(String name) {
        return new Server(
                name,
                MOUNT,
                true,
                UNKNOWN,
                "nobody has tried it; a server in Go may need /dev/fd/N, as it looks at what it has mounted");
    }
}
