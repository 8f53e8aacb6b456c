// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Attributes on the wire: {@code struct fuse_attr} and what encloses it in {@code linux/fuse.h}.
 */
final class AttributesCodec {
    /** How many bytes {@link #writeEntry} takes. */
    static final int ENTRY_SIZE = 128;

    private AttributesCodec() {}

    /** {@code struct fuse_attr}, 88 bytes. */
    @SuppressWarnings("JavaInstantGetSecondsGetNano") // the seconds are three lines above
    static void write(ByteBuffer out, Attributes attributes) {
        out.putLong(attributes.inode())
                .putLong(attributes.size())
                .putLong(attributes.blocks())
                .putLong(attributes.accessed().getEpochSecond())
                .putLong(attributes.modified().getEpochSecond())
                .putLong(attributes.changed().getEpochSecond())
                .putInt(attributes.accessed().getNano())
                .putInt(attributes.modified().getNano())
                .putInt(attributes.changed().getNano())
                .putInt(attributes.mode())
                .putInt(attributes.links())
                .putInt(attributes.uid())
                .putInt(attributes.gid())
                .putInt(attributes.device())
                .putInt(attributes.blockSize())
                .putInt(0);
    }

    /** {@code struct fuse_attr_out}: the answer to GETATTR and SETATTR. */
    static void writeReply(ByteBuffer out, Attributes attributes, Duration valid) {
        out.putLong(valid.getSeconds()).putInt(valid.getNano()).putInt(0);
        write(out, attributes);
    }

    /** {@code struct fuse_entry_out}: the answer to LOOKUP and to whatever makes a file. */
    static void writeEntry(ByteBuffer out, Entry entry, Duration entryValid, Duration attributesValid) {
        out.putLong(entry.nodeId())
                .putLong(entry.generation())
                .putLong(entryValid.getSeconds())
                .putLong(attributesValid.getSeconds())
                .putInt(entryValid.getNano())
                .putInt(attributesValid.getNano());
        write(out, entry.attributes());
    }
}
