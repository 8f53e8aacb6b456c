// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where system calls that may wait are made for virtual threads: a native call keeps the carrier of
 * its virtual thread, and a few that wait would stop all virtual threads of the process.
 */
final class PlatformThreads {
    // Thread.isVirtual, final in JDK 21; null before. This is compiled for 17.
    private static final @Nullable MethodHandle IS_VIRTUAL = isVirtual();

    private PlatformThreads() {}

    /** Made when a virtual thread first waits. Idle threads end after a minute. */
    private static final class Pool {
        private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
            // No inherited thread locals: this thread outlives the work for which it was made.
            Thread thread = new Thread(null, task, "fdstorefs-wait", 0, false);
            thread.setContextClassLoader(null);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Whether the calling thread is a virtual one. */
    static boolean areNeeded() {
        try {
            return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Makes a call on a platform thread and waits for it, also if interrupted: what it works on must
     * stay until it ends.
     */
    static long call(LongSupplier call) {
        Future<Long> result = Pool.THREADS.submit(call::getAsLong);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static @Nullable MethodHandle isVirtual() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
