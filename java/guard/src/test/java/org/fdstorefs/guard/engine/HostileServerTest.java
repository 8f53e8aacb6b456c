// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.wire.Opcode;
import org.fdstorefs.fuse.wire.RequestHeader;
import org.fdstorefs.guard.state.Commits;
import org.fdstorefs.guard.state.GuardState;
import org.fdstorefs.guard.state.Node;
import org.fdstorefs.guard.state.OpenHandle.Opening;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that answers nonsense gets EIO for whoever asked, and nothing else happens. */
@Timeout(60)
class HostileServerTest {
    private static final int ROOM = 132 * 1024;

    private final GuardState state;
    private final Gate gate = new Gate();
    private final GuardEngine engine;
    private final ByteBuffer out = ByteBuffer.allocateDirect(ROOM).order(ByteOrder.nativeOrder());
    private final Node file;
    private final Node directory;
    private final long handle;
    private final long opened;
    private Consumer<ByteBuffer> reply = out -> {};
    private int code;

    HostileServerTest() throws Exception {
        state = GuardState.create("token");
        engine = new GuardEngine(state, gate, () -> new byte[0], 2, new Habits(true, false));
        state.begin(1);
        Node root = state.node(Node.ROOT).orElseThrow();
        file = state.entered(root, Bytes.of("file"), 10, Wire.REGULAR, 100);
        directory = state.entered(root, Bytes.of("directory"), 11, Wire.DIRECTORY, 101);
        handle = state.open(file, new Opening(2, false, 2, 0, 0, 0), 20).id();
        opened = state.open(directory, new Opening(4, true, 0, 0, 0, 0), 21).id();
        gate.openForNames(new Hostile());
        gate.open();
    }

    @AfterEach
    void close() throws IOException {
        Commits.discard(state);
        state.close();
    }

    /** Answers with whatever it is told to. */
    private final class Hostile implements Backend {
        @Override
        public int generation() {
            return 1;
        }

        @Override
        public int call(ByteBuffer message, ByteBuffer rest, ByteBuffer to) {
            code = message.getInt(4);
            to.clear().position(Wire.OUT_HEADER);
            to.putInt(Wire.OUT_ERROR, 0).putLong(Wire.UNIQUE, message.getLong(Wire.UNIQUE));
            reply.accept(to);
            int length = to.position();
            if (to.getInt(Wire.LENGTH) == 0) {
                to.putInt(Wire.LENGTH, length);
            }
            return length;
        }

        @Override
        public void send(ByteBuffer message) {}
    }

    private Answer ask(byte[] request) {
        ByteBuffer in = ByteBuffer.allocateDirect(request.length).order(ByteOrder.nativeOrder());
        in.put(request).flip();
        out.putInt(Wire.LENGTH, 0);
        int length = engine.dispatch(RequestHeader.read(in), in, false, new TestJournal(), out);
        assertThat(out.getInt(Wire.LENGTH)).isEqualTo(length);
        return Answer.of(out, length);
    }

    private List<byte[]> requests() {
        return List.of(
                Ask.lookup(1, "new"),
                Ask.makeDirectory(1, "new"),
                Ask.create(1, "new", 0644, 2),
                Ask.request(Opcode.SYMLINK, 1, "new", "target"),
                Ask.request(Opcode.LINK, 1, file.id(), "new"),
                Ask.open(file.id(), 2),
                Ask.attributes(file.id()),
                Ask.change(file.id(), Wire.FATTR_SIZE, 0, 1, 0),
                Ask.write(file.id(), handle, 0, "data"));
    }

    @Test
    void shortReplies() {
        for (byte[] request : requests()) {
            assertThat(ask(request).error()).isEqualTo("EIO");
        }
    }

    @Test
    void repliesWhoseLengthIsWrong() {
        reply = to -> to.putInt(Wire.LENGTH, 1000).position(200);
        for (byte[] request : requests()) {
            assertThat(ask(request).error()).isEqualTo("EIO");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-512, -4096, -1_000_000, 5, Integer.MIN_VALUE})
    void errorsOutOfRange(int error) {
        reply = to -> to.putInt(Wire.OUT_ERROR, error);
        for (byte[] request : requests()) {
            assertThat(ask(request).error()).isEqualTo("EIO");
        }
        assertThat(ask(Ask.unlink(1, "file")).error()).isEqualTo("EIO");
    }

    private static void entry(ByteBuffer to, long node, int mode) {
        int start = to.position();
        to.putLong(node).position(start + Wire.ENTRY);
        to.putInt(start + Wire.ENTRY_ATTR + Wire.ATTR_MODE, mode);
        to.putLong(0).putLong(0);
    }

    @Test
    void entriesThatAreTheRootOrNothing() {
        int before = state.nodes();
        for (byte[] request : requests().subList(0, 5)) {
            reply = to -> entry(to, 1, 0100644);
            assertThat(ask(request).error()).isEqualTo("EIO");
            reply = to -> entry(to, 5, 0);
            assertThat(ask(request).error()).isEqualTo("EIO");
        }
        assertThat(state.nodes()).isEqualTo(before);
    }

    @Test
    void entriesOfNodeZeroAreNothingForALookupAndNonsenseForWhatIsMade() {
        reply = to -> entry(to, 0, 0100644);
        assertThat(ask(Ask.lookup(1, "new")).node()).isZero();
        for (byte[] request : requests().subList(1, 5)) {
            assertThat(ask(request).error()).isEqualTo("EIO");
        }
        assertThat(state.countOfHandles()).isEqualTo(2);
    }

    @Test
    void whatIsMadeIsOfTheTypeThatWasAskedFor() {
        reply = to -> entry(to, 30, 0100644);
        assertThat(ask(Ask.makeDirectory(1, "new")).error()).isEqualTo("EIO");
        reply = to -> entry(to, 31, 0040755);
        assertThat(ask(Ask.create(1, "new", 0644, 2)).error()).isEqualTo("EIO");
        assertThat(ask(Ask.request(Opcode.SYMLINK, 1, "new", "target")).error()).isEqualTo("EIO");
        assertThat(ask(Ask.request(Opcode.LINK, 1, file.id(), "new")).error()).isEqualTo("EIO");
    }

    @Test
    void moreIsWrittenThanWasAskedFor() {
        reply = to -> to.putInt(5).putInt(0);
        assertThat(ask(Ask.write(file.id(), handle, 0, "data")).error()).isEqualTo("EIO");
        reply = to -> to.putInt(-5).putInt(0);
        assertThat(ask(Ask.write(file.id(), handle, 0, "data")).error()).isEqualTo("EIO");
    }

    private static void name(ByteBuffer to, long next, int length) {
        to.putLong(1).putLong(next).putInt(length).putInt(8).putLong(0x6161616161616161L);
    }

    @Test
    void aDirectoryThatNeverEnds() {
        long[] next = {0};
        byte[] list = Ask.list(directory.id(), opened, 0, 4096);
        reply = to -> name(to, 7, 8);
        assertThat(ask(list).error()).isEqualTo("EIO");
        for (int circle : new int[] {2, 3, 50}) {
            reply = to -> name(to, 1 + next[0]++ % circle, 8);
            assertThat(ask(list).error()).isEqualTo("EIO");
        }
    }

    @Test
    void aDirectoryWithoutAnEndTakesNoMoreThanTheRoomThatThereIs() {
        Listing.Room room = new Listing.Room(1 << 20);
        long[] next = {100};
        assertThatThrownBy(() -> Listing.read(
                        offset -> {
                            ByteBuffer piece = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
                            name(piece, next[0]++, 8);
                            return piece.flip();
                        },
                        room))
                .hasMessage("ENOMEM");
        assertThat(next[0]).isGreaterThan((1 << 20) / 100);
        assertThat(room.taken()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {-38, -5, -28})
    void aServerThatCannotSyncMakesTheGuardKeepNoMoreThanItsMost(int error) {
        String data = "x".repeat(4000);
        reply = to -> {
            if (code == Opcode.FSYNC.code()) {
                to.putInt(Wire.OUT_ERROR, error);
            } else {
                to.putInt(4000).putInt(0);
            }
        };
        for (int i = 0; i < 3000; i++) {
            assertThat(ask(Ask.write(file.id(), handle, 0, data)).error()).isEmpty();
        }
        assertThat(state.pendingBytes()).isLessThan(5 << 20);
    }

    @Test
    void namesWithBadLengths() {
        byte[] list = Ask.list(directory.id(), opened, 0, 4096);
        reply = to -> to.putLong(1).putLong(1).putInt(4096).putInt(8).put(new byte[4096]);
        assertThat(ask(list).error()).isEqualTo("EIO");
        for (int length : new int[] {0, -1, 9, 4096, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            reply = to -> name(to, 1, length);
            assertThat(ask(list).error()).isEqualTo("EIO");
        }
        reply = to -> to.putInt(1);
        assertThat(ask(list).error()).isEqualTo("EIO");
    }

    @Test
    void randomBytes() {
        Random random = new Random(20);
        reply = to -> {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            to.put(bytes).putInt(Wire.LENGTH, random.nextInt(4) == 0 ? random.nextInt() : 0);
            to.putInt(Wire.OUT_ERROR, random.nextInt(4) == 0 ? random.nextInt() : 0);
        };
        for (int i = 0; i < 300; i++) {
            for (byte[] request : requests()) {
                ask(request);
            }
            ask(Ask.rename(1, "file", directory.id(), "new"));
            ask(Ask.unlink(1, "file"));
            ask(Ask.list(directory.id(), opened, 0, 4096));
        }
        assertThat(state.node(file.id())).isPresent();
    }

    @Test
    void whoOffersLessThanTheFirstServerIsRefused() throws Exception {
        Backend server = new Hostile();
        ByteBuffer offer = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
        offer.putInt(7).putInt(40).putInt(0).putInt(1 << 5 | 1).putInt(0).putInt(65536);
        state.init(ByteBuffer.allocate(64)
                .order(ByteOrder.nativeOrder())
                .putInt(7)
                .putInt(40)
                .putInt(0)
                .putInt(-1)
                .array());
        reply = to -> to.put(offer.array());
        Negotiation.begin(server, state);
        Negotiation.begin(server, state);

        offer.putInt(12, 1);
        assertThatThrownBy(() -> Negotiation.begin(server, state))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("offers less")
                .hasMessageContaining("0x20");
        offer.putInt(12, 1 << 5 | 1).putInt(20, 4096);
        assertThatThrownBy(() -> Negotiation.begin(server, state)).hasMessageContaining("4,096 bytes in one WRITE");
        offer.putInt(20, 4095);
        assertThatThrownBy(() -> Negotiation.begin(server, state))
                .hasMessageContaining("4,095 bytes in one WRITE, and the kernel needs 4,096");
        offer.putInt(0, 8);
        assertThatThrownBy(() -> Negotiation.begin(server, state)).hasMessageContaining("version 8");
        reply = to -> to.putInt(7);
        assertThatThrownBy(() -> Negotiation.begin(server, state)).hasMessage("EIO");
    }
}
