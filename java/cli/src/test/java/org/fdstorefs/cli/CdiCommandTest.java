// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CdiCommandTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void withoutOptionsItIsWhatThePackagesInstall() {
        assertThat(run("cdi")).isZero();

        assertThat(out.toString(UTF_8)).isEqualTo(CdiCommand.text(CdiSpec.installed()));
        assertThat(out.toString(UTF_8).replaceAll("\\s+", ""))
                .isEqualTo("{'cdiVersion':'0.4.0','kind':'fdstorefs.org/store','devices':[{'name':'private',"
                                .replace('\'', '"')
                        + "'containerEdits':{'mounts':[{'hostPath':'fdstore','containerPath':'/run/fdstore','type':'fdstorefs','options':['mode=1777']}]}}]}"
                                .replace('\'', '"'));
    }

    @Test
    void theOptionsBecomeThoseOfTheMount() {
        assertThat(run(
                        "cdi",
                        "--device",
                        "big",
                        "--mode",
                        "0700",
                        "--max",
                        "10",
                        "--max-user",
                        "5",
                        "--destination",
                        "/srv/s"))
                .isZero();

        assertThat(out.toString(UTF_8))
                .contains(
                        "\"name\": \"big\"",
                        "\"containerPath\": \"/srv/s\"",
                        "\"options\": [\"mode=700\", \"max=10\", \"maxuser=5\"]");
    }

    @Test
    void aSharedStoreIsBoundFromTheHost() {
        assertThat(run("cdi", "--shared", "web")).isZero();

        assertThat(out.toString(UTF_8))
                .contains("\"name\": \"web\"", "\"hostPath\": \"/run/fdstores/web\"", "\"options\": [\"bind\"]")
                .doesNotContain("\"type\"");
    }

    @Test
    void whatIsWrittenIsGood() throws IOException {
        run("cdi", "--max", "1");
        Path one = write(out.toString(UTF_8));
        assertThat(run("cdi", "--check", one.toString())).isZero();

        out.reset();
        run("--json", "cdi", "--shared", "a.b:c-d_1");
        assertThat(run("cdi", "--check", write(out.toString(UTF_8)).toString())).isZero();
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--device=1st",
                "--device=",
                "--device=a b",
                "--device=a-",
                "--shared=../etc",
                "--shared=a/b",
                "--destination=run",
                "--destination=/run/../etc",
                "--mode=8",
                "--mode=77777",
                "--max=0",
                "--max=x",
                "--max-user=4294967296",
                "--shared=web --max=1",
                "--shared=web --device=a",
                "--check=x --max=1"
            })
    void whatNoEngineOrNoMountTakesIsWrongUsage(String options) {
        assertThat(run(("cdi " + options).split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(out.toString(UTF_8)).isEmpty();
        assertThat(err.toString(UTF_8)).startsWith("fdstore: ").contains("fdstore cdi --help");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.4.0     | 0.4              | cdiVersion is missing or no version",
                "0.4.0     | 0.3.0            | a mount has a type only from cdiVersion 0.4.0 on",
                "org/store | org              | kind is missing or not VENDOR/CLASS",
                "private   | 1st              | a name is missing, or has something else",
                "hostPath  | hostpath         | hostPath is missing",
                "'\"/run'  | '\"run'          | containerPath is missing or no absolute path",
                "mode=1777 | mode=999         | option mode=999: not a number",
                "mode=1777 | mode=17777       | permission bits",
                "mode=1777 | max=0            | max 0: give 1 to",
                "mode=1777 | size=1m          | option size=1m: a store has none of that name",
                "mode=1777 | anchor=3         | no engine can pass a descriptor",
                "mounts    | mount            | containerEdits has no mounts",
                "devices   | device           | devices: there is none",
                "]         | }                | no JSON, line 13"
            })
    void aCheckTellsWhatIsWrong(String right, String wrong, String complaint) throws IOException {
        Path file = write(CdiCommand.text(CdiSpec.installed()).replace(right, wrong));

        assertThat(run("cdi", "--check", file.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString(UTF_8)).contains("fdstore: " + file + ": ", complaint);
    }

    @Test
    void aCheckOfTwoDevicesWithOneNameFindsThat() throws IOException {
        String device = "{\"name\": \"a\", \"containerEdits\": {\"env\": [\"A=1\"]}}";
        Path file = write("{\"cdiVersion\": \"0.5.0\", \"kind\": \"example.com/a\", \"devices\": [" + device + ","
                + device + "]}");

        assertThat(run("cdi", "--check", file.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString(UTF_8)).contains("devices: there are two named a");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        String missing = directory.resolve("missing").toString();

        assertThat(run("cdi", "--check", missing)).isEqualTo(ExitCode.NO_SUCH_NAME);
        assertThat(err.toString(UTF_8)).contains(missing);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "cdi", ".json"), text);
    }

    private int run(String... args) {
        PrintStream stream = new PrintStream(err, true, UTF_8);
        return new Cli(new Launch(Optional.empty(), 0, 0), new Output(out), stream).run(List.of(args));
    }
}
