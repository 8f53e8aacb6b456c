// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The completion script in bash, with a directory instead of a store. */
class CompletionTest {
    // Splits the line as readline does, where = is a word of its own.
    private static final String ASK = """
            source "$0"
            compopt() { :; } # only readline can
            COMP_WORDS=("$@")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _fdstore
            ((${#COMPREPLY[@]} == 0)) || printf '%s\\n' "${COMPREPLY[@]}"
            """;

    @TempDir
    Path directory;

    private Path script;

    @BeforeEach
    void writeScript() throws IOException {
        script = Files.writeString(directory.resolve("script"), Completion.bash(Documents.fdstore()));
        Path store = Files.createDirectory(directory.resolve("store"));
        Files.createFile(store.resolve("log"));
        Files.createFile(store.resolve("listener"));
        Files.createFile(store.resolve("with space"));
    }

    @Test
    void anEmptyWordIsCompletedToTheCommands() throws Exception {
        assertThat(complete("")).contains("put", "get", "take", "ls", "info", "rm");
    }

    @Test
    void theBeginningOfACommandIsCompleted() throws Exception {
        assertThat(complete("ta")).containsExactly("take");
    }

    @Test
    void optionsAreThoseOfTheCommand() throws Exception {
        assertThat(complete("put", "-")).contains("--fd", "--replace", "--store", "--help");
        assertThat(complete("ls", "--l")).containsExactly("--long");
        assertThat(complete("ls", "--fd")).isEmpty();
    }

    @Test
    void aNameThatIsAlsoACommandIsNone() throws Exception {
        assertThat(complete("put", "ls", "--rep")).containsExactly("--replace");
    }

    @Test
    void entriesOfTheStoreAreCompleted() throws Exception {
        assertThat(complete("info", "")).containsExactlyInAnyOrder("log", "listener", "with space");
        assertThat(complete("rm", "log", "li")).containsExactly("listener");
        assertThat(complete("get", "lo")).containsExactly("log");
    }

    @Test
    void aCommandIsOfferedOnce() throws Exception {
        assertThat(complete("")).doesNotHaveDuplicates().contains("exec");
    }

    @Test
    void directoriesOfTheStoreAreCompletedAndWhatIsInThem() throws Exception {
        Path set = Files.createDirectory(directory.resolve("store/web"));
        Files.createFile(set.resolve("0.http"));
        Files.createDirectory(set.resolve("more"));

        assertThat(complete("get", "we")).containsExactly("web/");
        assertThat(complete("get", "web/")).containsExactly("web/0.http", "web/more/");
        assertThat(complete("info", "web/0")).containsExactly("web/0.http");
        assertThat(complete("info", directory + "/store/web/0")).containsExactly(set + "/0.http");
    }

    @Test
    void whatWantsADirectoryOfTheStoreIsOfferedNothingElse() throws Exception {
        Files.createDirectory(directory.resolve("store/web"));

        for (String command : List.of("ls", "import", "export")) {
            assertThat(complete(command, "")).containsExactly("web/");
        }
    }

    @Test
    void valuesAreCompleted() throws Exception {
        assertThat(complete("put", "--access", "")).containsExactly("r", "w", "rw", "path");
        assertThat(complete("put", "--access", "=", "p")).containsExactly("path");
        assertThat(complete("mount", "--uid", "roo")).containsExactly("root");
        assertThat(complete("mount", "--gid", "roo")).containsExactly("root");
        assertThat(complete("put", "--pid", ""))
                .contains("1", Long.toString(ProcessHandle.current().pid()));
        assertThat(complete("help", "ta")).containsExactly("take");
    }

    @Test
    void theStoreMayBeGiven() throws Exception {
        Path other = Files.createDirectory(directory.resolve("other"));
        Files.createFile(other.resolve("elsewhere"));

        assertThat(complete("-s", other.toString(), "info", "")).containsExactly("elsewhere");
        assertThat(complete("info", "--store", "=", other.toString(), "")).containsExactly("elsewhere");
    }

    @Test
    void theStoreIsCompletedToDirectories() throws Exception {
        assertThat(complete("ls", "--store", directory + "/s")).containsExactly(directory + "/store");
        assertThat(complete("ls", "--store", "=", directory + "/s")).containsExactly(directory + "/store");
    }

    @Test
    void theValueOfAnOptionIsNoName() throws Exception {
        assertThat(complete("put", "--fd", "")).isEmpty();
        assertThat(complete("put", "--fd", "3", "lo")).containsExactly("log");
    }

    @Test
    void behindTwoDashesIsAProgramWithItsArguments() throws Exception {
        assertThat(complete("get", "log", "--", "dirnam")).contains("dirname");
        assertThat(complete("get", "log", "--", "cat", directory + "/scr")).containsExactly(script.toString());
    }

    @Test
    void zshRunsTheSameScript() throws Exception {
        assertThat(Completion.zsh(Documents.fdstore()))
                .startsWith("#compdef fdstore\n")
                .contains("\n_fdstore_bash() {")
                .endsWith("_bash_complete -F _fdstore_bash\n");
    }

    private List<String> complete(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", ASK, script.toString(), "fdstore"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("FDSTORE_PATH", directory.resolve("store").toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).isZero();
        return output.lines().toList();
    }
}
