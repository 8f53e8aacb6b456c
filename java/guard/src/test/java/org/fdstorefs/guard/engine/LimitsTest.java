// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.wire.Opcode;
import org.fdstorefs.guard.engine.Answer.Name;
import org.fdstorefs.guard.engine.ToyFiles.Kind;
import org.fdstorefs.guard.state.Hidden;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a guard cannot keep up, and that all else goes on then. */
@Timeout(30)
class LimitsTest {
    private final World world;
    private final TestGuard guard;

    LimitsTest() throws Exception {
        world = new World(Kind.FILES);
        guard = world.guard();
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    private String ask(byte[] request) throws IOException, InterruptedException {
        Answer answer = guard.ask(request);
        return answer.errno() == 0 ? "done" : answer.error();
    }

    private String name(String of) {
        return Hidden.name(guard.state().node(world.node(of)).orElseThrow()).toString();
    }

    @Test
    void aRequestAtWhichServersDieAgainAndAgainFailsAndOthersGoOn() throws Exception {
        world.fate().deadly(Opcode.STATFS);

        assertThat(ask(Ask.request(Opcode.STATFS, 1))).isEqualTo("EIO");
        guard.awaitLife();
        assertThat(guard.keeper().lives()).isGreaterThanOrEqualTo(TestGuard.MAX_DEATHS);
        assertThat(guard.ask(Ask.read(world.node("opened"), world.handle("opened"), 0, 100))
                        .text())
                .isEqualTo("opened");
    }

    @Test
    void aRemovalAtWhichServersDieFailsAndOthersGoOn() throws Exception {
        world.fate().deadly(Opcode.UNLINK);

        assertThat(ask(Ask.unlink(1, "file"))).isEqualTo("EIO");
        world.fate().deadly(Opcode.UNKNOWN);
        assertThat(ask(Ask.unlink(1, "file"))).isEqualTo("done");
    }

    @Test
    void hiddenNamesAreNobodysButTheGuards() throws Exception {
        String hidden = name("gone");
        assertThat(world.disk().find(world.disk().root(), hidden)).isPresent();

        List<String> listed = guard.ask(Ask.list(1, world.handle("root"), 0, 4096)).names().stream()
                .map(Name::name)
                .toList();
        assertThat(listed).contains("file").doesNotContain(hidden);
        assertThat(ask(Ask.lookup(1, hidden))).isEqualTo("ENOENT");
        assertThat(ask(Ask.unlink(1, hidden))).isEqualTo("ENOENT");
        assertThat(ask(Ask.rename(1, hidden, 1, "new"))).isEqualTo("ENOENT");
        assertThat(ask(Ask.rename(1, "file", 1, hidden))).isEqualTo("EPERM");
        assertThat(ask(Ask.create(1, hidden, 0644, 2))).isEqualTo("EPERM");
        assertThat(ask(Ask.makeDirectory(1, hidden))).isEqualTo("EPERM");
        assertThat(ask(Ask.request(Opcode.SYMLINK, 1, hidden, "target"))).isEqualTo("EPERM");
        assertThat(ask(Ask.request(Opcode.MKNOD, 1, 0100644, 0, 0L, hidden))).isEqualTo("EPERM");
        assertThat(ask(Ask.request(Opcode.LINK, 1, world.node("file"), hidden))).isEqualTo("EPERM");
    }

    @Test
    void aFileThatVanishedIsStaleAndOthersAreNot() throws Exception {
        world.disk().unlink(world.disk().root(), "opened");
        guard.killServer();

        assertThat(ask(Ask.attributes(world.node("opened")))).isEqualTo("ESTALE");
        assertThat(ask(Ask.read(world.node("opened"), world.handle("opened"), 0, 9)))
                .isEqualTo("ESTALE");
        assertThat(ask(Ask.release(false, world.node("opened"), world.handle("opened"))))
                .isEqualTo("done");
        assertThat(ask(Ask.read(world.node("twin"), world.handle("twin"), 0, 9)))
                .isEqualTo("done");
    }

    @Test
    void somethingElseOfTheSameNameIsStale() throws Exception {
        world.disk().unlink(world.disk().root(), "opened");
        world.disk().make(world.disk().root(), "opened", Attributes.DIRECTORY | 0755, "");
        guard.killServer();

        assertThat(ask(Ask.read(world.node("opened"), world.handle("opened"), 0, 9)))
                .isEqualTo("ESTALE");
    }

    @Test
    void aHandleThatCannotBeOpenedAgainSaysWhyUntilItCan() throws Exception {
        Disk.File file = world.disk().get(world.disk().root(), "opened");
        file.attributes().put(ToyFiles.BROKEN, new byte[0]);
        guard.killServer();

        byte[] read = Ask.read(world.node("opened"), world.handle("opened"), 0, 9);
        assertThat(ask(read)).isEqualTo("ENXIO");
        assertThat(ask(Ask.attributes(world.node("opened"), world.handle("opened"))))
                .isEqualTo("done");
        assertThat(ask(Ask.read(world.node("twin"), world.handle("twin"), 0, 9)))
                .isEqualTo("done");
        file.attributes().clear();
        guard.killServer();
        assertThat(ask(read)).isEqualTo("done");
    }

    @Test
    void whatCannotBeDoneTwiceFailsIfNobodyKnowsWhetherItWasDone() throws Exception {
        byte[] request = Operation.collapse().request().apply(world);
        world.fate().killServerAt(1);

        assertThat(ask(request)).isEqualTo("EIO");
        assertThat(ask(request)).isEqualTo("done");
    }

    @Test
    void filesWithoutInodeNumbersMayHaveChangedPlacesOrNot() throws Exception {
        try (World nameless = new World(Kind.NAMES)) {
            byte[] exchange = Ask.rename(1, "file", 1, "victim", 2);
            nameless.fate().killServerAt(1);
            assertThat(nameless.guard().ask(exchange).error()).isEqualTo("EIO");
        }
    }

    @Test
    void aLifeIsToldToForgetWhatItKnowsAndNothingElse() throws Exception {
        guard.killServer();
        int known = guard.keeper().current().files().nodes().size();

        guard.forget(world.node("empty")); // this life has never heard of it
        assertThat(guard.keeper().current().files().nodes().size()).isEqualTo(known);
        guard.ask(Ask.attributes(world.node("victim")));
        guard.forget(world.node("victim"));
        guard.forget(world.node("victim"));
        assertThat(guard.keeper().current().files().nodes().size()).isEqualTo(known);
        assertThat(world.disk().describe()).doesNotContain("VIOLATION");
        assertThat(ask(Ask.attributes(world.node("victim")))).isEqualTo("ESTALE");
    }
}
