// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Sys;

/** Reads the names in a directory, but for {@code .} and {@code ..}. */
final class DirectoryReader {
    // getdents64(2): struct linux_dirent64
    // { u64 d_ino; s64 d_off; unsigned short d_reclen; unsigned char d_type; char d_name[]; }
    private static final int RECORD_LENGTH = 16;
    private static final int TYPE = 18;
    private static final int NAME = 19;

    private static final int BUFFER_SIZE = 32 * 1024;

    private DirectoryReader() {}

    /** Which names are wanted. */
    enum Kind {
        ENTRY,
        DIRECTORY,
        ANY;

        private boolean includes(byte type) {
            return switch (this) {
                case ENTRY -> type == Linux.DT_REG;
                case DIRECTORY -> type == Linux.DT_DIR;
                case ANY -> true;
            };
        }
    }

    /** Adds the names to the list; returns 0, or the negated errno of getdents64(2). */
    static long read(Sys sys, int dirFd, Kind kind, List<String> names) {
        byte[] buffer = new byte[BUFFER_SIZE];
        long length;
        while ((length = sys.getdents(dirFd, buffer)) > 0) {
            names.addAll(parse(buffer, (int) length, kind));
        }
        return length;
    }

    private static List<String> parse(byte[] buffer, int length, Kind kind) {
        List<String> names = new ArrayList<>();
        ByteBuffer records = ByteBuffer.wrap(buffer).order(ByteOrder.nativeOrder());
        int next;
        for (int at = 0; at < length; at = next) {
            next = at + Short.toUnsignedInt(records.getShort(at + RECORD_LENGTH));
            if (kind.includes(buffer[at + TYPE])) {
                int end = at + NAME;
                while (buffer[end] != 0) {
                    end++;
                }
                String name = ByteStrings.decode(Arrays.copyOfRange(buffer, at + NAME, end));
                if (!name.equals(".") && !name.equals("..")) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
