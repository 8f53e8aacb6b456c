// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.List;

/**
 * Strings in native memory with a NULL-terminated array of pointers to them: an {@code argv}.
 * Addresses are valid until {@link #close}. Not thread-safe.
 */
public final class CStrings implements AutoCloseable {
    private final Memory memory;
    private final int count;

    public CStrings(List<byte[]> strings) {
        count = strings.size();
        long arraySize = (count + 1L) * Native.POINTER_SIZE;
        long size = arraySize + strings.stream().mapToLong(s -> s.length + 1L).sum();
        memory = new Memory(size);
        long offset = arraySize;
        for (int i = 0; i < count; i++) {
            byte[] string = ByteStrings.cString(strings.get(i));
            memory.write(offset, string, 0, string.length);
            memory.setPointer((long) i * Native.POINTER_SIZE, memory.share(offset));
            offset += string.length;
        }
        memory.setPointer((long) count * Native.POINTER_SIZE, null);
    }

    /** The address of the array. */
    public long array() {
        return Pointer.nativeValue(memory);
    }

    /** The address of one string. */
    public long string(int index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("string " + index + " of " + count);
        }
        return Pointer.nativeValue(memory.getPointer((long) index * Native.POINTER_SIZE));
    }

    @Override
    public void close() {
        memory.close();
    }
}
