// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A system call that waits for an answer: struct seccomp_notif.
 *
 * @param id good as long as it waits
 * @param thread which thread made it; 0 if this process cannot see it
 * @param number which call it is
 * @param arguments its six arguments
 */
record Notification(long id, int thread, int number, long[] arguments) {
    static final int SIZE = 80;

    private static final int THREAD_OFFSET = 8;
    private static final int NUMBER_OFFSET = 16;
    private static final int ARGUMENTS_OFFSET = 32;
    private static final int ARGUMENTS = 6;

    static Notification of(byte[] bytes) {
        ByteBuffer struct = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        long[] arguments = new long[ARGUMENTS];
        struct.position(ARGUMENTS_OFFSET).asLongBuffer().get(arguments);
        return new Notification(
                struct.getLong(0), struct.getInt(THREAD_OFFSET), struct.getInt(NUMBER_OFFSET), arguments);
    }
}
