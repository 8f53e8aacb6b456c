// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import java.io.PrintWriter;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** One line for each test; its name as it starts, so that one that hangs is known by it. */
final class ProgressPrinter implements TestExecutionListener {
    private final PrintWriter out;
    private long started;

    ProgressPrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        if (test.isTest()) {
            started = System.nanoTime();
            out.print(name(test) + " ... ");
            out.flush();
        }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest()) {
            boolean passed = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
            long millis = (System.nanoTime() - started) / 1_000_000;
            out.println((passed ? "ok" : result) + " (" + millis + " ms)");
        } else if (result.getThrowable().isPresent()) {
            out.println(test.getDisplayName() + " ... " + result);
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        out.println(name(test) + " ... skipped: " + reason);
    }

    private static String name(TestIdentifier test) {
        return test.getSource()
                .filter(MethodSource.class::isInstance)
                .map(MethodSource.class::cast)
                .map(source -> source.getJavaClass().getSimpleName() + "." + test.getDisplayName())
                .orElse(test.getDisplayName());
    }
}
