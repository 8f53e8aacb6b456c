// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.fdstorefs.exec.Child;
import org.fdstorefs.exec.Program;
import org.fdstorefs.internal.CStrings;
import org.fdstorefs.internal.Threads;

/**
 * A program that was started under a filter: by a thread that has taken the filter upon itself, and then ends. The
 * program inherits it, and so do the threads that start it and wait for its end, which make none of
 * those calls. No other thread of this process has it.
 *
 * @param child the program
 * @param listener what answers its mounts, if they are caught
 */
record FilteredStart(Child child, Optional<Listener> listener) {

    static FilteredStart of(Filter filter, Program program) throws IOException {
        FutureTask<FilteredStart> task = new FutureTask<>(() -> {
            Optional<Listener> listener = filter.install().map(Listener::new);
            try {
                return new FilteredStart(program.spawn(), listener);
            } catch (Throwable e) {
                closeAfter(listener, e);
                throw e;
            }
        });
        Thread thread = new Thread(task, "start of a backend");
        // JNA starts a thread for its first memory, and again after a while without any: it must not be by the
        // filtered thread, since no end of the server would be seen as long as that one lives.
        try (CStrings memory = new CStrings(List.of())) {
            requireNonNull(memory);
            thread.start();
            Threads.join(thread);
        }
        return result(task);
    }

    private static FilteredStart result(Future<FilteredStart> task) throws IOException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            } else if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IOException("cannot start the server", e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError("it has ended, so nobody waits for it", e);
        }
    }

    private static void closeAfter(Optional<Listener> listener, Throwable failure) {
        try {
            if (listener.isPresent()) {
                listener.get().close();
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
