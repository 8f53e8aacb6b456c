// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.launcher.TagFilter.includeTags;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.junit.platform.reporting.legacy.xml.LegacyXmlReportGeneratingListener;

/**
 * Runs the classes named *IT on the class path, or only those whose names match a pattern: {@code
 * RunInGuest DIRECTORY [PATTERN [TAGS]]}; TAGS is an expression, as {@code !program}. Reports go to the
 * directory. Exits with 0 only if there were tests and all of them ran and passed.
 */
public final class RunInGuest {
    private RunInGuest() {}

    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, UTF_8);
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectPackage("org.fdstorefs"))
                .filters(includeClassNamePatterns(args.length > 1 ? args[1] : ".*IT"))
                .filters(includeTags(args.length > 2 ? args[2] : "any() | none()"))
                .build();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        Launcher launcher = LauncherFactory.create();
        launcher.execute(
                request,
                summary,
                new ProgressPrinter(out),
                new LegacyXmlReportGeneratingListener(Path.of(args[0]), out));
        System.exit(report(summary.getSummary(), out) ? 0 : 1);
    }

    private static boolean report(TestExecutionSummary summary, PrintWriter out) {
        summary.printFailuresTo(out, 30);
        long found = summary.getTestsFoundCount();
        long passed = summary.getTestsSucceededCount();
        out.printf(
                "%d passed, %d failed, %d not run%n",
                passed, summary.getTestsFailedCount(), found - passed - summary.getTestsFailedCount());
        return found > 0 && passed == found && summary.getTotalFailureCount() == 0;
    }
}
