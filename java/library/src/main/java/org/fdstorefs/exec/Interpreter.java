// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.fdstorefs.internal.CStrings;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.ProcessSys;
import org.fdstorefs.internal.Sys;
import org.jspecify.annotations.Nullable;

/** What the kernel runs a file by: the interpreter of a script, the loader of an ELF file. */
final class Interpreter {
    // More than the kernel reads of the first line, and where linkers put the names of loaders.
    private static final int HEAD = 4096;
    // Of scripts that are run by scripts, as in execve(2).
    private static final int DEEPEST = 4;

    private static final int ELF_MAGIC = 0x464C457F;
    private static final int ELF_CLASS = 4;
    private static final byte ELF_64_BIT = 2;
    private static final int PT_INTERP = 3;

    private final Sys sys;
    private final ProcessSys processes;

    Interpreter(Sys sys, ProcessSys processes) {
        this.sys = sys;
        this.processes = processes;
    }

    /** Whether what this file is to be run by may be run; 0 also if that cannot be told. */
    int check(byte[] file) {
        byte[] next = file;
        for (int depth = 0; depth <= DEEPEST; depth++) {
            next = of(head(next));
            if (next == null) {
                return 0;
            }
            try (CStrings place = new CStrings(List.of(next))) {
                int outcome = Image.look(sys, processes, place.string(0), next);
                if (outcome < 0) {
                    return outcome;
                }
            }
        }
        return 0;
    }

    /** The beginning of a file; nothing of one that may be run but not read. */
    private byte[] head(byte[] file) {
        int fd = sys.openat(Linux.AT_FDCWD, file, Linux.O_RDONLY | Linux.O_CLOEXEC | Linux.O_NONBLOCK, 0);
        if (fd < 0) {
            return new byte[0];
        }
        try {
            byte[] head = new byte[HEAD];
            long length = sys.read(fd, head, head.length);
            return Arrays.copyOf(head, (int) Math.max(0, length));
        } finally {
            sys.close(fd);
        }
    }

    /** The path of what a file that begins so is run by; null if it needs nothing, or does not say. */
    static byte @Nullable [] of(byte[] head) {
        if (head.length > 2 && head[0] == '#' && head[1] == '!') {
            return ofScript(head);
        }
        ByteBuffer elf = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        try {
            return elf.getInt(0) == ELF_MAGIC ? ofElf(elf) : null;
        } catch (IndexOutOfBoundsException e) {
            return null; // it is further down, or this is no such file
        }
    }

    private static byte @Nullable [] ofScript(byte[] head) {
        int start = 2;
        while (start < head.length && (head[start] == ' ' || head[start] == '\t')) {
            start++;
        }
        int end = start;
        while (end < head.length && " \t\n\0".indexOf(head[end]) < 0) {
            end++;
        }
        return start == end || end == head.length ? null : Arrays.copyOfRange(head, start, end);
    }

    /** elf(5): the program headers, one of which says where the name of the loader is. */
    private static byte @Nullable [] ofElf(ByteBuffer elf) {
        boolean wide = elf.get(ELF_CLASS) == ELF_64_BIT;
        long table = wide ? elf.getLong(32) : elf.getInt(28);
        int size = elf.getShort(wide ? 54 : 42);
        int count = elf.getShort(wide ? 56 : 44);
        for (int i = 0; i < count; i++) {
            int header = (int) Math.max(0, Math.min(table, HEAD)) + i * size;
            if (elf.getInt(header) == PT_INTERP) {
                long start = wide ? elf.getLong(header + 8) : elf.getInt(header + 4);
                long length = wide ? elf.getLong(header + 32) : elf.getInt(header + 16);
                if (start < 0 || length < 2 || start > HEAD || length > HEAD) {
                    return null;
                }
                byte[] name = new byte[(int) length];
                elf.get((int) start, name);
                int end = 0;
                while (end < name.length && name[end] != 0) {
                    end++;
                }
                return Arrays.copyOf(name, end);
            }
        }
        return null;
    }
}
