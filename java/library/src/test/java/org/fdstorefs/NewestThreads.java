// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.lang.reflect.Method;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** Virtual threads where the JDK has them: 21 and later; platform threads before. */
final class NewestThreads {
    private NewestThreads() {}

    static boolean areVirtual() {
        return Runtime.version().feature() >= 21;
    }

    static <T> FutureTask<T> start(Callable<T> callable) {
        FutureTask<T> task = new FutureTask<>(callable);
        start(task);
        return task;
    }

    static Thread start(Runnable task) {
        if (!areVirtual()) {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            thread.start();
            return thread;
        }
        try {
            Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
            return (Thread) start.invoke(null, task);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("startVirtualThread", e);
        }
    }
}
