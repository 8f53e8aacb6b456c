// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.mirror;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory for what system calls are told and answer; each thread has its own. */
final class Scratch {
    /** Also the largest extended attribute (XATTR_SIZE_MAX), and list of their names. */
    static final int SIZE = 65536;

    private final Memory memory = new Memory(SIZE);
    private final long address = Pointer.nativeValue(memory);
    private final ByteBuffer buffer = memory.getByteBuffer(0, SIZE).order(ByteOrder.nativeOrder());

    long address() {
        return address;
    }

    ByteBuffer buffer() {
        return buffer;
    }

    /** A copy of what is at the start. */
    byte[] copy(int length) {
        byte[] copy = new byte[length];
        buffer.get(0, copy);
        return copy;
    }
}
