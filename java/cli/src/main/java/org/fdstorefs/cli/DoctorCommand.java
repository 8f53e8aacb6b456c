// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
        header = "Check whether the store can be used, and say what to do if not.",
        description = {
            "",
            "Checks the kernel, the module and its version, /proc, the limit of descriptors and the store, which it tries to list"
                    + " and to put something into; and finds stores that a later mount hides. Of the container engines that are"
                    + " installed it says which find the device fdstorefs.org/store=private, and what to set where they do not"
                    + " (see fdstore cdi); that is a note, and no problem. Exits with 0 if there is no problem, else 1.",
            "",
            "With --json it prints a list of objects: part, ok, detail, remedy.",
            "",
        })
final class DoctorCommand implements Callable<Integer> {
    private final Console console;

    @ParentCommand
    private Fdstore fdstore;

    DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(
                new SystemCheck(Path.of("/"), System.getProperty("os.version"), Fdstore.Version.ofJar()).findings());
        findings.addAll(new StoreCheck(fdstore).findings());
        findings.addAll(new EngineCheck(Path.of("/"), Path.of(System.getProperty("user.home")), EngineCheck::firstLine)
                .findings());
        if (console.json()) {
            console.out()
                    .println(Json.of(findings.stream().map(Finding::document).toList()));
        } else {
            findings.forEach(this::print);
        }
        return findings.stream().allMatch(Finding::isGood) ? ExitCode.OK : ExitCode.FAILED;
    }

    private void print(Finding finding) {
        console.out().printf("%-8s  %-7s  %s%n", finding.verdict(), finding.part(), Printable.of(finding.detail()));
        finding.remedy().ifPresent(remedy -> console.out().printf("%19s-> %s%n", "", Printable.of(remedy)));
    }
}
