// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.ProcessSys;
import org.fdstorefs.internal.SysErrors;

/** What a process inherits beside signals and descriptors, and a JVM changes, of this process. */
final class Limits {
    static final String COREDUMP_FILTER = "/proc/self/coredump_filter";

    private static final int THIS_PROCESS = 0;

    private final ProcessSys processes;

    Limits(ProcessSys processes) {
        this.processes = processes;
    }

    /** The soft limit of open files that a state asks for, if that is not the present one. */
    OptionalLong newOpenFiles(ProcessState state) throws IOException {
        OptionalLong wanted = state.openFiles();
        return wanted.isPresent() && wanted.getAsLong() != soft(openFiles()) ? wanted : OptionalLong.empty();
    }

    /** The coredump_filter that a state asks for, if that is not the present one. */
    OptionalInt newCoredumpFilter(ProcessState state) throws IOException {
        OptionalInt wanted = state.coredumpFilter();
        return wanted.isPresent() && wanted.getAsInt() != coredumpFilter() ? wanted : OptionalInt.empty();
    }

    /** The limits of open files, as prlimit(2) has them. */
    byte[] openFiles() throws IOException {
        byte[] limits = new byte[Linux.RLIMIT_SIZE];
        int result = processes.prlimit(THIS_PROCESS, Linux.RLIMIT_NOFILE, null, limits);
        if (result < 0) {
            throw SysErrors.exception(result, "prlimit", "RLIMIT_NOFILE");
        }
        return limits;
    }

    /** Sets both limits; returns 0 or the negated errno. */
    int setOpenFiles(byte[] limits) {
        return processes.prlimit(THIS_PROCESS, Linux.RLIMIT_NOFILE, limits, null);
    }

    /** The same limits with another soft one. */
    static byte[] withSoft(byte[] limits, long soft) {
        byte[] changed = limits.clone();
        buffer(changed).putLong(0, soft);
        return changed;
    }

    private static long soft(byte[] limits) {
        return buffer(limits).getLong(0);
    }

    private static ByteBuffer buffer(byte[] limits) {
        return ByteBuffer.wrap(limits).order(ByteOrder.nativeOrder());
    }

    int coredumpFilter() throws IOException {
        String hexadecimal =
                Files.readString(Path.of(COREDUMP_FILTER), US_ASCII).strip();
        return Integer.parseUnsignedInt(hexadecimal, 16);
    }

    void setCoredumpFilter(int bits) throws IOException {
        Files.writeString(Path.of(COREDUMP_FILTER), hexadecimal(bits));
    }

    static String hexadecimal(int bits) {
        return "0x" + Integer.toHexString(bits);
    }
}
