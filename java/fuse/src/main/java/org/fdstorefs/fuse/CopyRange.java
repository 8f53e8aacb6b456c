// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import java.nio.ByteBuffer;

/**
 * What a COPY_FILE_RANGE asks for; the file that is read is the one that the request names.
 *
 * @param handle of the file that is read
 * @param offset in that file
 * @param targetNodeId the file that is written
 * @param targetHandle of that file
 * @param targetOffset in that file
 * @param length how many bytes at most
 * @param flags of copy_file_range(2): none is defined
 */
public record CopyRange(
        long handle, long offset, long targetNodeId, long targetHandle, long targetOffset, long length, long flags) {
    /** Reads {@code struct fuse_copy_file_range_in} of {@code linux/fuse.h}, 56 bytes. */
    static CopyRange read(ByteBuffer in) {
        return new CopyRange(
                in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }
}
