// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;

/**
 * A system call that may wait for long, on a platform thread of its own: it would hold the carrier of
 * a virtual thread, and cannot be interrupted.
 */
final class Background {
    private static final long DEFAULT_STACK = 0;

    private final CompletableFuture<Integer> result = new CompletableFuture<>();

    private Background() {}

    /**
     * Starts the call.
     *
     * @param ifAbandoned done there with a result that nobody wants any more
     */
    static Background start(String threadName, IntSupplier call, Runnable ifAbandoned) {
        Background background = new Background();
        Runnable body = () -> {
            boolean wanted;
            try {
                wanted = background.result.complete(call.getAsInt());
            } catch (Throwable e) {
                wanted = background.result.completeExceptionally(e);
            }
            if (!wanted) {
                ifAbandoned.run();
            }
        };
        // The last argument: no thread-locals of the caller, which may be large and has them for long.
        Thread thread = new Thread(null, body, threadName, DEFAULT_STACK, false);
        thread.setDaemon(true);
        thread.start();
        return background;
    }

    /** Waits for the result. */
    int await() throws InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Waits for the result until the deadline. */
    int await(Deadline deadline) throws InterruptedException, TimeoutException {
        try {
            return result.get(deadline.nanosLeft(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Waits for the result, whatever happens. */
    void join() {
        result.handle((value, failure) -> value).join();
    }

    /** Gives the result up; false if it is there already, and so the caller's. */
    boolean abandon() {
        return result.cancel(false);
    }
}
