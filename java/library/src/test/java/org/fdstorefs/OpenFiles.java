// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The descriptors of this process, from outside of what is tested. */
final class OpenFiles {
    private static final int KCMP_FILE = 0;

    private OpenFiles() {}

    /** The numbers of the other descriptors of the same open file description: kcmp(2). */
    static SortedSet<Integer> othersLike(Fd fd) throws IOException {
        SortedSet<Integer> others = new TreeSet<>();
        for (int number : numbers()) {
            if (number != fd.intValue() && same(number, fd.intValue())) {
                others.add(number);
            }
        }
        return others;
    }

    /** What is open now, less the descriptor that looks. */
    static SortedSet<Integer> numbers() throws IOException {
        SortedSet<Integer> numbers = new TreeSet<>();
        try (Stream<Path> list = Files.list(Path.of("/proc/self/fd"))) {
            list.forEach(path -> numbers.add(Integer.valueOf(path.getFileName().toString())));
        }
        numbers.removeIf(number -> Files.notExists(Path.of("/proc/self/fd/" + number)));
        return numbers;
    }

    private static boolean same(int one, int other) {
        int pid = Math.toIntExact(ProcessHandle.current().pid());
        long syscall = System.getProperty("os.arch").equals("amd64") ? 312 : 272;
        return Libc.syscall(syscall, pid, pid, KCMP_FILE, one, other) == 0;
    }

    private static final class Libc {
        static {
            Native.register(Libc.class, NativeLibrary.getProcess());
        }

        static native long syscall(long number, long a, long b, long c, long d, long e);
    }
}
