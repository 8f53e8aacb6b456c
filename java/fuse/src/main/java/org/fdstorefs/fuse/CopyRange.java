// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

/**
 * What a COPY_FILE_RANGE asks for; the request names the file that is read.
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
        long handle, long offset, long targetNodeId, long targetHandle, long targetOffset, long length, long flags) {}
