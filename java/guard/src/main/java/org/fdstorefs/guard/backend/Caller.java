// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.PageSize;

/** The thread that made a system call, as /proc shows it while it waits. */
record Caller(int thread) {
    private static final int PAGE = PageSize.ofMachine();
    private static final int LONGEST = PAGE; // of the options of a mount; a path is no longer
    private static final String FLAGS = "flags:";

    private Path file(String name) {
        return Path.of("/proc", Integer.toString(thread), name);
    }

    /** A string in its memory, as far as it may be long; empty if the address is 0. */
    Optional<String> string(long address) throws IOException {
        if (address == 0) {
            return Optional.empty();
        }
        ByteArrayOutputStream string = new ByteArrayOutputStream();
        try (FileChannel memory = FileChannel.open(file("mem"), StandardOpenOption.READ)) {
            while (string.size() < LONGEST) {
                long from = address + string.size();
                // Page by page: there may be nothing behind the one in which it ends.
                ByteBuffer piece = ByteBuffer.allocate((int) (PAGE - from % PAGE));
                if (memory.read(piece, from) <= 0) {
                    break;
                }
                byte[] bytes = piece.array();
                for (int i = 0; i < piece.position(); i++) {
                    if (bytes[i] == 0) {
                        return Optional.of(ByteStrings.decode(string.toByteArray()));
                    }
                    string.write(bytes[i]);
                }
            }
        }
        return Optional.of(ByteStrings.decode(string.toByteArray()));
    }

    /** Whether it would lose a descriptor when it becomes another program. */
    boolean closesOnExec(int number) throws IOException {
        for (String line : Files.readAllLines(file("fdinfo/" + number), US_ASCII)) {
            if (line.startsWith(FLAGS)) {
                int flags = Integer.parseInt(line.substring(FLAGS.length()).strip(), 8);
                return (flags & Linux.O_CLOEXEC) != 0;
            }
        }
        return true;
    }

    /** Whether a path of this thread leads to a directory of this process. */
    boolean means(String path, Path directory) throws IOException {
        String from = path.startsWith("/") ? "root" : "cwd/";
        Optional<Path> place = ByteStrings.toPathIfAny(ByteStrings.encode(file(from) + "/" + path));
        return place.isPresent() && Files.isSameFile(place.get(), directory);
    }
}
