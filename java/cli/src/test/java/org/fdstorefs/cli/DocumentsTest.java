// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** What the manual is made of. */
class DocumentsTest {
    private final CommandSpec fdstore = Documents.fdstore().getCommandSpec();

    @Test
    void everyCommandHasALineForTheNameSectionOfItsPage() {
        assertThat(fdstore.subcommands().values())
                .allSatisfy(command -> assertThat(
                                command.getCommandSpec().usageMessage().header())
                        .as(command.getCommandName())
                        .hasSize(1));
    }

    @Test
    void everyOptionIsDescribed() {
        assertThat(fdstore.subcommands().values())
                .flatExtracting(command -> command.getCommandSpec().options())
                .allSatisfy(option -> assertThat(((ArgSpec) option).description())
                        .as(option.toString())
                        .isNotEmpty());
    }

    @Test
    void thePageOfTheProgramNamesTheCommandsAndTheVersion() {
        String page = Documents.manual("1.2", fdstore);

        assertThat(page).contains("= fdstore(1)", ":mansource: fdstore 1.2", "== Exit status");
        assertThat(page).contains(fdstore.subcommands().keySet());
    }

    @Test
    void thePageOfACommandRefersToThatOfTheProgram() {
        assertThat(Documents.manual("1.2", command("ls")))
                .contains("= fdstore-ls(1)", "*--long*")
                .endsWith("== See also\n\n*fdstore*(1)\n");
    }

    @Test
    void theEndOfOptionsDoesNotBecomeADash() {
        assertThat(Documents.manual("1.2", command("get"))).contains("NAME[=N]... \\-- PROGRAM");
    }

    @Test
    void theSpecificationForEnginesIsThatOfTheCommand(@TempDir Path directory) throws IOException {
        Documents.main(new String[] {"1.2", directory + "/manual", directory + "/share"});

        assertThat(directory.resolve("share/fdstore/cdi/fdstorefs.json"))
                .hasContent(CdiCommand.text(CdiSpec.installed()));
    }

    private CommandSpec command(String name) {
        CommandLine command = fdstore.subcommands().get(name);
        return command.getCommandSpec();
    }
}
