// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * A posix_spawnattr_t in native memory: which signals a new process has by default, and which blocked;
 * and behind it a pid_t, for the process.
 */
public final class SpawnAttributes implements AutoCloseable {
    // spawn.h, the same in glibc and musl.
    private static final short POSIX_SPAWN_SETSIGDEF = 4;
    private static final short POSIX_SPAWN_SETSIGMASK = 8;
    // posix_spawnattr_t has 336 bytes in both.
    private static final int SIZE = 512;

    private final Memory attributes = new Memory(SIZE + Integer.BYTES);

    /**
     * @param defaults the signals whose disposition becomes the default, bit 0 being signal 1
     * @param blocked the signals that are blocked
     */
    public SpawnAttributes(long defaults, long blocked) {
        attributes.clear();
        // None of these functions can fail with these arguments.
        ProcessLibc.posix_spawnattr_init(address());
        ProcessLibc.posix_spawnattr_setflags(address(), (short) (POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK));
        try (Memory set = new Memory(NativeProcessSys.SIGSET_SIZE)) {
            set.clear();
            set.setLong(0, defaults);
            ProcessLibc.posix_spawnattr_setsigdefault(address(), Pointer.nativeValue(set));
            set.setLong(0, blocked);
            ProcessLibc.posix_spawnattr_setsigmask(address(), Pointer.nativeValue(set));
        }
    }

    /** The process that was made with them. */
    public int pid() {
        return attributes.getInt(SIZE);
    }

    long pidAddress() {
        return address() + SIZE;
    }

    long address() {
        return Pointer.nativeValue(attributes);
    }

    @Override
    public void close() {
        ProcessLibc.posix_spawnattr_destroy(address());
        attributes.close();
    }
}
