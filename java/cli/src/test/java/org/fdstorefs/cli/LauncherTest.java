// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell script, with a java that prints its arguments, one a line in brackets. */
class LauncherTest {
    private static final Path LAUNCHER = Path.of("src/main/sh/fdstore").toAbsolutePath();

    @TempDir
    Path directory;

    private Path java;

    @BeforeEach
    void makeJava() throws IOException {
        java = Files.writeString(directory.resolve("java"), "#!/bin/sh\nprintf '[%s]\\n' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void argumentsArePassedOnAsTheyAre() throws Exception {
        assertThat(sh("\"$0\" put 'a b' '' '*' --fd")).endsWith("[put]\n[a b]\n[]\n[*]\n[--fd]\n");
    }

    @Test
    void anInheritedDescriptorIsListed() throws Exception {
        assertThat(inherited(sh("\"$0\" ls 9</dev/null"))).contains("0", "1", "2", "9");
    }

    @Test
    void aDescriptorThatIsNotOpenIsNotListed() throws Exception {
        assertThat(inherited(sh("\"$0\" ls 9<&- 0<&-"))).doesNotContain("0", "9");
    }

    @Test
    void theDescriptorsOfTheShellItselfAreNotListed() throws Exception {
        String all = sh("for fd in 3 4 5 6 7 8 9; do eval \"exec $fd<&-\"; done; \"$0\" ls");

        assertThat(inherited(all)).doesNotContain("3", "4", "5", "6", "7", "8", "9");
    }

    @Test
    void aClosedStreamIsNoneThatTheJvmMayOpen() throws Exception {
        Files.writeString(java, "#!/bin/sh\nexec ls -l /proc/$$/fd >" + directory + "/streams\n");
        sh("\"$0\" ls <&- 2>&- >&-");

        assertThat(Files.readString(directory.resolve("streams")))
                .containsPattern("l-wx.* 0 -> /dev/null")
                .containsPattern("lr-x.* 2 -> /dev/null");
    }

    @Test
    void anOpenStreamStaysAsItIs() throws Exception {
        Files.writeString(java, "#!/bin/sh\nreadlink /proc/$$/fd/0 /proc/$$/fd/2 >&5\n");

        assertThat(sh("\"$0\" ls </dev/zero 2>/dev/full 5>&1")).isEqualTo("/dev/zero\n/dev/full\n");
    }

    @Test
    void withoutJavaItSaysWhatIsNeeded() throws Exception {
        assertThat(sh("FDSTORE_JAVA=/missing \"$0\" ls 2>&1 || echo $?"))
                .isEqualTo("fdstore: there is no /missing: Java 17 or later is needed;"
                        + " JAVA_HOME or FDSTORE_JAVA say where it is\n125\n");
    }

    @Test
    void ignoredSignalsArePassedOn() throws Exception {
        // Bits 11 and 12: USR2 and PIPE.
        assertThat(sh("trap '' PIPE USR2; \"$0\" ls")).containsPattern("-Dfdstore.ignored=[0-9a-f]*18[0-9a-f]{2}]");
    }

    @Test
    void theJarIsFoundBesideTheLauncher() throws Exception {
        assertThat(sh("\"$0\" ls")).contains("[" + LAUNCHER.getParent() + "/../lib/fdstore/fdstore.jar]");
    }

    @Test
    void theHomeMayBeElsewhere() throws Exception {
        assertThat(sh("FDSTORE_HOME=/opt/x \"$0\" ls")).contains("[/opt/x/fdstore.jar]");
    }

    /** A java that notes each start, and ends with the statuses in turn, "hang" being one that waits to be killed. */
    private void scriptJava(String... statuses) throws IOException {
        Path starts = directory.resolve("starts");
        StringBuilder script =
                new StringBuilder("#!/bin/sh\necho $$ >>" + starts + "\ncase $(wc -l <" + starts + ") in\n");
        for (int i = 0; i < statuses.length; i++) {
            String then = statuses[i].equals("hang") ? "exec sleep 1000" : "exit " + statuses[i];
            script.append(i + 1).append(") ").append(then).append(" ;;\n");
        }
        Files.writeString(java, script.append("esac\nexit 99\n"));
    }

    private long starts() throws IOException {
        return Files.readAllLines(directory.resolve("starts")).size();
    }

    @Test
    void supervisedItIsStartedAgainUntilItEndsWell() throws Exception {
        scriptJava("1", "137", "143", "0");

        // On a machine with much to do a guard may have lived for a second.
        assertThat(sh("\"$0\" fuse --supervise -- x 2>&1")
                        .replaceAll(" too early; again in 0\\.[124] s|; again at once", ""))
                .isEqualTo("""
                        fdstore: the guard ended with 1
                        fdstore: the guard ended with 137
                        fdstore: the guard ended with 143
                        """);
        assertThat(starts()).isEqualTo(4);
    }

    @Test
    void aWrongCallIsNotRepeated() throws Exception {
        scriptJava("2", "0");

        assertThat(sh("\"$0\" fuse --supervise || echo $?")).isEqualTo("2\n");
        assertThat(starts()).isEqualTo(1);
    }

    @Test
    void aSupervisorThatIsToEndEndsTheGuardAndStartsNone() throws Exception {
        scriptJava("hang", "0");
        String ended = sh("\"$0\" fuse --supervise & until [ -s " + directory.resolve("starts")
                + " ] || ! kill -0 $!; do :; done; kill $!; wait $!; echo $?; kill -0 $(cat "
                + directory.resolve("starts")
                + ") 2>/dev/null || echo gone");

        assertThat(ended).isEqualTo("143\ngone\n");
        assertThat(starts()).isEqualTo(1);
    }

    @Test
    void aSupervisorThatIsToEndInItsPauseStartsNone() throws Exception {
        scriptJava("1", "1", "1", "0");
        String ended = sh("\"$0\" fuse --supervise 2>" + directory.resolve("said") + " & until grep -q ' 0.4 s' "
                + directory.resolve("said") + " || ! kill -0 $!; do :; done; kill $!; wait $!; echo $?");

        assertThat(ended).isEqualTo("143\n");
        assertThat(starts()).isEqualTo(3);
    }

    @Test
    void whatIsSupervisedIsToldSo() throws Exception {
        assertThat(sh("\"$0\" fuse --supervise")).contains("[-Dfdstore.supervised=true]", "[fuse]\n[--supervise]\n");
        assertThat(sh("\"$0\" exec x -- y --supervise")).doesNotContain("fdstore.supervised");
    }

    private String sh(String script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", script, LAUNCHER.toString());
        builder.environment().put("FDSTORE_JAVA", java.toString());
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }

    private static String[] inherited(String output) {
        return output.lines()
                .filter(line -> line.startsWith("[-Dfdstore.inherited="))
                .map(line -> line.replaceAll("^.*=|]", "").trim())
                .findFirst()
                .orElseThrow()
                .split(" +");
    }
}
