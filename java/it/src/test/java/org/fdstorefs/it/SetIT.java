// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.fdstorefs.Fd;
import org.fdstorefs.FdEntry;
import org.fdstorefs.FdStore;
import org.fdstorefs.exec.Program;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Descriptors that are passed as LISTEN_FDS has it, into a store and out of it. */
@Tag("program")
@Tag("java25")
class SetIT {
    private static final String SHOW =
            " -- sh -c 'echo $LISTEN_FDS $LISTEN_FDNAMES $((LISTEN_PID - $$)); cat <&3; cat <&4'";

    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    @TempDir
    Path directory;

    private Shell shell;

    @BeforeEach
    void makeFiles() throws Exception {
        shell = new Shell(directory, mounted.directory());
        for (String name : List.of("one", "two", "three")) {
            Files.writeString(directory.resolve(name), name);
        }
    }

    @AfterEach
    void emptyStore() throws Exception {
        for (String set : children()) {
            for (String name : names(set)) {
                Files.delete(mounted.path(set).resolve(name));
            }
            Files.delete(mounted.path(set));
        }
    }

    @Test
    void aSetComesOutAsItWentIn() throws Exception {
        assertThat(passed("b/%", "a", "fdstore import set")).isEqualTo(new Shell.Outcome(0, "", ""));

        assertThat(names("set")).containsExactly("0.b%2F%25", "1.a");
        assertThat(shell.run("fdstore export set" + SHOW)).isEqualTo(new Shell.Outcome(0, "2 b/%:a 0\nonetwo", ""));
    }

    @Test
    void theProgramBehindAnImportHasTheSame() throws Exception {
        assertThat(passed("a", "b", "fdstore import set" + SHOW))
                .isEqualTo(new Shell.Outcome(0, "2 a:b 0\nonetwo", ""));
        assertThat(names("set")).containsExactly("0.a", "1.b");
    }

    @Test
    void aSetIsReplacedOnlyWhenAsked() throws Exception {
        passed("a", "b", "fdstore import set");

        Shell.Outcome refused = passed("c", "d", "fdstore import set");
        assertThat(refused.code()).isEqualTo(4);
        assertThat(refused.err()).contains("the name is taken");
        assertThat(names("set")).containsExactly("0.a", "1.b");

        assertThat(passed("c", "d", "fdstore import --replace set").code()).isZero();
        assertThat(names("set")).containsExactly("0.c", "1.d");
        assertThat(children()).containsExactly("set");
    }

    @Test
    void nothingIsLeftOfASetThatCannotBeMade() throws Exception {
        Shell.Outcome outcome = passed("a", "b", "exec 4>&-; exec fdstore import set");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("fd 4: not an open descriptor, though LISTEN_FDS says so");
        assertThat(children()).isEmpty();

        // The store refuses files of its own.
        assertThat(passed("a", "b", "exec 4<$FDSTORE_PATH; exec fdstore import set")
                        .err())
                .contains("ELOOP");
        assertThat(children()).isEmpty();
    }

    @Test
    void whatIsMeantForAnotherProcessIsNotImported() throws Exception {
        Shell.Outcome outcome = passed("a", "b", "export LISTEN_PID=1; exec fdstore import set");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("LISTEN_PID is 1, and this process is ");
    }

    @Test
    void whatIsInheritedStaysWhereItIs() throws Exception {
        passed("a", "b", "fdstore import set");

        assertThat(shell.run("exec 5<three; fdstore export set -- sh -c 'cat <&3; cat <&4; cat <&5'"))
                .isEqualTo(new Shell.Outcome(0, "onetwothree", ""));
        assertThat(shell.run("exec 4<three; fdstore export set -- true").err())
                .contains("descriptor 4 is already open", "(4<&-)");
    }

    @Test
    void theEntriesOfOthersComeBehindThoseWithPlaces() throws Exception {
        Files.createDirectory(mounted.path("set"));
        shell.run("""
                fdstore put -s $FDSTORE_PATH/set 1.x <one
                fdstore put -s $FDSTORE_PATH/set hello <three
                fdstore put -s $FDSTORE_PATH/set 0.y <two
                """);

        assertThat(shell.run("fdstore export set -- sh -c 'echo $LISTEN_FDNAMES; cat <&3; cat <&4; cat <&5'")
                        .out())
                .isEqualTo("y:x:hello\ntwoonethree");
    }

    @Test
    void aSetThatIsNotThereIsNotExported() throws Exception {
        assertThat(shell.run("fdstore export set -- true").code()).isEqualTo(125);
        Files.createDirectory(mounted.path("set"));
        assertThat(shell.run("fdstore export set -- true").err()).contains("there are no entries in that set");
    }

    @Test
    void singleEntriesArePassedLikeASet() throws Exception {
        put("a", "one");
        put("b", "two");

        assertThat(shell.run("fdstore exec --listen-fds b a=x" + SHOW))
                .isEqualTo(new Shell.Outcome(0, "2 b:x 0\ntwoone", ""));
    }

    @Test
    void singleEntriesAreTakenLikeASet() throws Exception {
        put("a", "one");
        put("b", "two");

        assertThat(shell.run("fdstore take --listen-fds a b" + SHOW))
                .isEqualTo(new Shell.Outcome(0, "2 a:b 0\nonetwo", ""));
        assertThat(mounted.store().info("a").state()).isEqualTo(FdEntry.State.EMPTY);
    }

    @Test
    void whatAServiceManagerHasPassedStaysWhereItIs() throws Exception {
        put("x", "three");

        assertThat(passed("a", "b", "fdstore get x" + SHOW)).isEqualTo(new Shell.Outcome(0, "2 a:b 0\nonetwo", ""));
        assertThat(passed("a", "b", "fdstore get x -- sh -c 'cat <&5'").out()).isEqualTo("three");
        assertThat(passed("a", "b", "fdstore get x=4 -- true"))
                .isEqualTo(new Shell.Outcome(
                        125,
                        "",
                        "fdstore: descriptor 4 is one of those that a service manager has passed (LISTEN_FDS): give 5 or"
                                + " more, or no number\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec --listen-fds x=c", "take --listen-fds x=c", "export set"})
    void whatComesOutOfTheStoreComesBehindWhatAServiceManagerHasPassed(String command) throws Exception {
        put("x", "three");
        try (FdStore set = mounted.store().createChild("set");
                Fd file = Fd.open(directory.resolve("three"))) {
            set.put("0.c", file);
        }

        assertThat(passed("a", "b", "fdstore " + command + SHOW.replace("cat <&4", "cat <&4; cat <&5")))
                .isEqualTo(new Shell.Outcome(0, "3 a:b:c 0\nonetwothree", ""));
    }

    @Test
    void aDescriptorThatIsOpenWhereAListenerWouldComeIsNotClosed() throws Exception {
        put("x", "three");

        Shell.Outcome outcome = shell.run("fdstore take --listen-fds x -- true 3<one");
        assertThat(outcome.code()).isEqualTo(125);
        assertThat(outcome.err()).contains("descriptor 3 is already open", "3<&-");
        assertThat(mounted.store().info("x").state()).isEqualTo(FdEntry.State.FILLED);
    }

    @Test
    void aChildOfAJavaProgramListens() throws Exception {
        put("a", "one");
        Path out = directory.resolve("out");

        try (Fd fd = mounted.store().get("a")) {
            int code = Program.of("sh", "-c", "{ echo $LISTEN_FDNAMES $((LISTEN_PID - $$)); cat <&3; } >" + out)
                    .listen("web", fd)
                    .spawn()
                    .waitFor();
            assertThat(code).isZero();
        }

        assertThat(out).hasContent("web 0\none");
    }

    /** Runs a command with two files passed to it. */
    private Shell.Outcome passed(String name, String other, String command) throws Exception {
        return shell.run("""
                export LISTEN_PID=$$ LISTEN_FDS=2 LISTEN_FDNAMES='%s:%s'
                exec 3<one 4<two
                %s%s
                """.formatted(name, other, command.startsWith("ex") ? "" : "exec ", command));
    }

    private void put(String name, String path) throws IOException {
        try (Fd file = Fd.open(directory.resolve(path))) {
            mounted.store().put(name, file);
        }
    }

    private List<String> children() throws IOException {
        try (Stream<Path> all = Files.list(mounted.directory())) {
            return all.filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .toList();
        }
    }

    private List<String> names(String set) {
        try (FdStore store = FdStore.open(mounted.path(set))) {
            return store.names();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
