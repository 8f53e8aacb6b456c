// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Something that runs beside the test, on a thread of either kind. */
public final class Task<T> {
    private static final int HANGING_SECONDS = 60;

    /** The kinds of threads that this JVM has. */
    enum Kind {
        PLATFORM,
        VIRTUAL
    }

    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final Thread thread;

    private Task(Kind kind, Callable<T> body) {
        Runnable runnable = () -> {
            try {
                result.complete(body.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        };
        thread = kind == Kind.PLATFORM ? platform(runnable) : virtual(runnable);
    }

    /** For method sources: virtual threads only where there are such, from Java 21 on. */
    static Stream<Kind> kinds() {
        return Runtime.version().feature() >= 21 ? Stream.of(Kind.values()) : Stream.of(Kind.PLATFORM);
    }

    public static <T> Task<T> start(Callable<T> body) {
        return start(Kind.PLATFORM, body);
    }

    static <T> Task<T> start(Kind kind, Callable<T> body) {
        return new Task<>(kind, body);
    }

    private static Thread platform(Runnable body) {
        Thread thread = new Thread(body, "task");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static Thread virtual(Runnable body) {
        try {
            return (Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, body);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("startVirtualThread", e);
        }
    }

    /** Returns when it waits for something. */
    public Task<T> untilItWaits() {
        Thread.State state;
        while ((state = thread.getState()) != Thread.State.WAITING && state != Thread.State.TIMED_WAITING) {
            assertThat(result).as("should wait").isNotDone();
            Thread.onSpinWait();
        }
        assertThat(result).as("should wait").isNotDone();
        return this;
    }

    public void interrupt() {
        thread.interrupt();
    }

    public boolean isDone() {
        return result.isDone();
    }

    /** What came of it; what it threw is thrown here. */
    public T result() throws Exception {
        try {
            return result.get(HANGING_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }
}
