// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import java.nio.ByteBuffer;
import java.util.List;
import org.fdstorefs.fuse.Bytes;

/**
 * A name in a directory.
 *
 * @param mode the type bits; 0 where the host's file system does not say
 */
record HostEntry(Bytes name, long inode, int mode) {
    private static final Bytes SELF = Bytes.of(".");
    private static final Bytes PARENT = Bytes.of("..");
    private static final int OFFSET_LENGTH = 16;
    private static final int OFFSET_TYPE = 18;
    private static final int OFFSET_NAME = 19;

    /** Takes the answer of getdents64(2) apart: records of {@code struct linux_dirent64}. */
    static void readAll(ByteBuffer records, List<HostEntry> entries) {
        int start = 0;
        while (start < records.limit()) {
            int length = Short.toUnsignedInt(records.getShort(start + OFFSET_LENGTH));
            Bytes name = name(records, start + OFFSET_NAME);
            if (!name.equals(SELF) && !name.equals(PARENT)) {
                int type = records.get(start + OFFSET_TYPE);
                entries.add(new HostEntry(name, records.getLong(start), type << 12));
            }
            start += length;
        }
    }

    private static Bytes name(ByteBuffer records, int start) {
        int end = start;
        while (records.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - start];
        records.get(start, bytes);
        return Bytes.of(bytes);
    }
}
