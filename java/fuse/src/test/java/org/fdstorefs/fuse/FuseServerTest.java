// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers on a socket in place of /dev/fuse; one that is killed is one that throws. */
class FuseServerTest {
    private static final String UNLINK_A =
            "2a000000 0a000000 0400000000000000 0500000000000000 00000000 00000000 00000000 00000000 6100";
    private static final String UNLINK_B =
            "2a000000 0a000000 0600000000000000 0500000000000000 00000000 00000000 00000000 00000000 6200";
    private static final String ANSWER_A = "10000000000000000400000000000000";
    private static final String ANSWER_B = "10000000000000000600000000000000";

    private final List<String> calls = new ArrayList<>();
    private SocketPair connection;
    private StateMemory state;

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    /** Is killed by a name. */
    private final class Fragile implements FuseFileSystem {
        private final Bytes deadly;

        Fragile(String deadly) {
            this.deadly = Bytes.of(deadly);
        }

        @Override
        public void unlink(Request request, Bytes name) {
            calls.add(name + (request.replayed() ? " replayed" : "") + " memo " + request.memo());
            request.memo(name.toArray()[0]);
            if (name.equals(deadly)) {
                throw new Killed();
            }
        }
    }

    @BeforeEach
    void open() throws IOException {
        connection = SocketPair.open();
        state = StateMemory.create(4096);
    }

    @AfterEach
    void close() throws IOException {
        connection.close();
        state.close();
    }

    @Test
    void answersInTurn() throws IOException {
        connection.ask(UNLINK_A);
        connection.ask(UNLINK_B);

        serveUntilKilled("b");

        assertThat(calls).containsExactly("a memo 0", "b memo 0");
        assertThat(connection.answer()).isEqualTo(ANSWER_A);
    }

    @Test
    void theSuccessorAnswersWhatWasLeftBehind() throws IOException {
        connection.ask(UNLINK_A);
        serveUntilKilled("a");

        try (StateMemory left = StateMemory.adopt(state.fd().dup());
                FuseDevice device = connection.device()) {
            FuseServer successor = new FuseServer(device, left, new Fragile("none"));

            assertThat(successor.replay()).isTrue();
            assertThat(successor.replay()).as("nothing is left").isFalse();
        }
        assertThat(calls).containsExactly("a memo 0", "a replayed memo 97");
        assertThat(connection.answer()).isEqualTo(ANSWER_A);
    }

    @Test
    void aSuccessorMayBeKilledToo() throws IOException {
        connection.ask(UNLINK_A);
        serveUntilKilled("a");

        try (FuseDevice device = connection.device()) {
            FuseServer second = new FuseServer(device, state, new Fragile("a"));
            assertThatThrownBy(second::replay).isInstanceOf(Killed.class);

            assertThat(new FuseServer(device, state, new Fragile("none")).replay()).isTrue();
        }
        assertThat(calls).containsExactly("a memo 0", "a replayed memo 97", "a replayed memo 97");
        assertThat(connection.answer()).isEqualTo(ANSWER_A);
    }

    @Test
    void aMemoIsNotSeenByTheNextRequest() throws IOException {
        connection.ask(UNLINK_A);
        connection.ask(UNLINK_B);
        serveUntilKilled("a");
        try (FuseDevice device = connection.device()) {
            new FuseServer(device, state, new Fragile("none")).replay();
        }

        serveUntilKilled("b");

        assertThat(calls).endsWith("b memo 0");
    }

    @Test
    void whatWasAnsweredIsNotReplayed() throws IOException {
        connection.ask(UNLINK_A);
        connection.ask(UNLINK_B);
        serveUntilKilled("b");

        try (FuseDevice device = connection.device()) {
            assertThat(new FuseServer(device, state, new Fragile("none")).replay()).isTrue();
        }

        assertThat(calls).containsExactly("a memo 0", "b memo 0", "b replayed memo 98");
        assertThat(connection.answer()).isEqualTo(ANSWER_A);
        assertThat(connection.answer()).isEqualTo(ANSWER_B);
    }

    private void serveUntilKilled(String deadly) throws IOException {
        try (FuseDevice device = connection.device()) {
            FuseServer server = new FuseServer(device, state, new Fragile(deadly));
            assertThatThrownBy(server::serve).isInstanceOf(Killed.class);
        }
    }
}
