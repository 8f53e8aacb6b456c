// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.fdstorefs.fuse.BadStateException;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.state.SharedMemory;
import org.fdstorefs.fuse.workers.Killed;
import org.fdstorefs.guard.state.OpenHandle.Opening;
import org.fdstorefs.internal.PageSize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A guard's state outlives it, whenever it is killed. */
class GuardStateTest {
    private static final int REWRITTEN = 5 << 20;
    private static final int FIRST_RECORD = StateLog.PIECE;

    private final GuardState state;
    private final Node root;

    GuardStateTest() throws IOException {
        state = GuardState.create("token");
        state.begin(1);
        state.init(new byte[] {1, 2, 3});
        root = state.node(Node.ROOT).orElseThrow();
    }

    @AfterEach
    void close() throws IOException {
        Commits.discard(state);
        state.close();
    }

    private String adopted() throws IOException {
        try (GuardState next = GuardState.adopt(state.fd().dup())) {
            return States.describe(next);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whateverHappenedIsKnownToTheNextGuard(long seed) throws IOException {
        States changes = new States(state, seed);
        for (int i = 0; i < 2000; i++) {
            changes.change();
            if (i % 100 == 0) {
                assertThat(adopted()).as("after %s changes", i).isEqualTo(States.describe(state));
            }
        }
    }

    @Test
    void numbersAreNotUsedAgain() throws IOException {
        Node gone = state.entered(root, Bytes.of("a"), 9, 0100000, 0);
        long handle = state.open(gone, new Opening(2, false, 0, 0, 0, 0), 1).id();
        state.released(state.handle(handle).orElseThrow());
        state.forget(gone.id());

        try (GuardState next = GuardState.adopt(state.fd().dup())) {
            next.begin(2);
            Node node = next.entered(next.node(Node.ROOT).orElseThrow(), Bytes.of("a"), 9, 0100000, 0);
            assertThat(node.id()).isGreaterThan(gone.id());
            assertThat(next.open(node, new Opening(4, false, 0, 0, 0, 0), 1).id())
                    .isGreaterThan(handle);
        }
    }

    @Test
    void handlesOfWhichNobodyHeardAreReleased() throws IOException {
        OpenHandle heard = state.open(root, new Opening(2, true, 0, 0, 0, 0), 1);
        state.open(root, new Opening(4, true, 0, 0, 0, 0), 1);

        state.releaseUnanswered(Set.of(4L, 6L));
        assertThat(state.handles()).containsExactly(heard);
        assertThat(adopted()).isEqualTo(States.describe(state));
    }

    /** Has the log grow until it was rewritten twice. */
    private static void grow(Consumer<Integer> change) {
        for (int i = 0; i * 32 < 2 * REWRITTEN; i++) {
            change.accept(i);
        }
    }

    @Test
    void aLongLogIsRewrittenAndLosesNothing() throws IOException {
        States changes = new States(state, 7);
        for (int i = 0; i < 300; i++) {
            changes.change();
        }
        grow(i -> {
            if (i % 2 == 0) {
                state.borrowMode(root, i);
            } else {
                changes.change();
            }
        });

        assertThat(adopted()).isEqualTo(States.describe(state));
        try (StateLog log = StateLog.adopt(state.fd().dup())) {
            assertThat(log.length()).isLessThan(REWRITTEN);
        }
    }

    @Test
    void aLogOfNodesOfWhichMostAreForgottenIsRewritten() throws IOException {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < 90_000; i++) {
            nodes.add(state.entered(root, Bytes.of("file" + i), 50 + i, 0100000, i));
        }
        nodes.forEach(node -> state.forget(node.id()));

        assertThat(adopted()).isEqualTo(States.describe(state));
        try (StateLog log = StateLog.adopt(state.fd().dup())) {
            assertThat(log.length()).isLessThan(4 << 20);
        }
    }

    @Test
    void lookupsAreCountedAsFarAsAnIntReaches() {
        Node node = state.entered(root, Bytes.of("file"), 50, 0100000, 1);
        node.lookups = Integer.MAX_VALUE;
        state.entered(root, Bytes.of("file"), 50, 0100000, 1);

        assertThat(state.forget(node.id()).orElseThrow().lookups()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void theRecordAtWhichItIsRewrittenIsNotLost() throws IOException {
        int[] commits = new int[1];
        state.beforeCommit(() -> commits[0]++);
        int rewrites = 0;
        for (int i = 0; rewrites < 3; i++) {
            commits[0] = 0;
            switch (i % 3) {
                case 0 -> state.entered(root, Bytes.of("file"), 50 + i, 0100000, i);
                case 1 -> state.borrowMode(root, i);
                default -> state.removed(root, Bytes.of("file"));
            }
            if (commits[0] > 2) {
                rewrites++;
                assertThat(adopted()).isEqualTo(States.describe(state));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 11})
    void whoIsKilledWhileItIsRewrittenLeavesTheOldLog(int at) throws IOException {
        States changes = new States(state, 11);
        for (int i = 0; i < 200; i++) {
            changes.change();
        }
        int[] commits = new int[1];
        state.beforeCommit(() -> {
            if (++commits[0] > at) {
                throw new Killed();
            }
        });
        state.borrowMode(root, 7);
        String before = States.describe(state);
        boolean killed = false;
        while (!killed) {
            commits[0] = 0;
            try {
                state.borrowMode(root, 7);
            } catch (Killed e) {
                killed = true;
            }
        }
        assertThat(adopted()).isEqualTo(before);
    }

    @Test
    void thePiecesOfTheLogAreMadeOfPagesOfEverySize() {
        assertThat(StateLog.PIECE % PageSize.LARGEST).isZero();
    }

    /** Damages the log at a place of its memory. */
    private void damage(long piece, int at, int value) throws IOException {
        try (SharedMemory memory = SharedMemory.adopt(state.fd().dup())) {
            memory.map(piece, 4096).putInt(at, value);
        }
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(() -> GuardState.adopt(state.fd().dup()))
                .isInstanceOf(BadStateException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aDamagedHeadIsRefused() throws IOException {
        damage(0, 0, 0);
        assertRefused("magic number");
    }

    @Test
    void anotherLayoutIsRefused() throws IOException {
        damage(0, 8, 2);
        assertRefused("layout is of version 2, and this guard understands version 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 20, 24, 28})
    void damagedBoundsAreRefused(int at) throws IOException {
        damage(0, at, 0x12345678);
        assertRefused("damaged");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aRecordOfABadLengthIsRefused(int length) throws IOException {
        damage(FIRST_RECORD, 0, length);
        assertRefused("damaged");
    }

    @ParameterizedTest
    @ValueSource(ints = {19, -1, 4})
    void aRecordOfABadTypeIsRefused(int type) throws IOException {
        damage(FIRST_RECORD, 4, type);
        assertRefused("a record of type " + type);
    }

    @Test
    void aRecordOfAnUnknownNodeIsRefused() throws IOException {
        state.entered(root, Bytes.of("file"), 9, 0100000, 0);
        state.hide(state.node(2).orElseThrow(), new Hidden(root, Bytes.of("hidden")));
        try (SharedMemory memory = SharedMemory.adopt(state.fd().dup())) {
            ByteBuffer log = memory.map(FIRST_RECORD, 4096);
            for (int at = 0; at < 400; at += Long.BYTES) {
                if (log.getInt(at + 4) == Record.HIDE.code() && log.getLong(at + 8) == 2) {
                    log.putLong(at + 8, 77);
                }
            }
        }
        assertRefused("node 77");
    }

    @Test
    void aDirectoryOfAHiddenFileMayBeForgotten() throws IOException {
        Node directory = state.entered(root, Bytes.of("directory"), 9, 0040000, 0);
        Node file = state.entered(directory, Bytes.of("file"), 10, 0100000, 0);
        state.open(file, new Opening(2, false, 2, 0, 0, 0), 1);
        state.hide(file, new Hidden(directory, Hidden.name(file)));
        state.removed(directory, Bytes.of("file"));
        state.forget(directory.id());
        grow(i -> state.borrowMode(root, i));

        assertThat(adopted()).contains(file + " 32768");
    }
}
