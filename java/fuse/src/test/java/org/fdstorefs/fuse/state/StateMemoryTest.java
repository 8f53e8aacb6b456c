// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.fdstorefs.Fd;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.fuse.BadStateException;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.OtherSessionException;
import org.fdstorefs.fuse.wire.Negotiated;
import org.fdstorefs.fuse.wire.Reply;
import org.fdstorefs.fuse.wire.ReplyEntries;
import org.fdstorefs.internal.PageSize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateMemoryTest {
    private static final Identity IDENTITY = Identity.of("test").with("source", "/a");
    private static final int MAX_WRITE = 128 * 1024;
    private static final int SLOTS = 2;
    private static final int PAGE = PageSize.ofMachine();
    private static final int HEAD = Layout.headSize(PAGE);

    private StateMemory state;

    @BeforeEach
    void create() throws IOException {
        state = StateMemory.create(SLOTS, MAX_WRITE, IDENTITY);
    }

    @AfterEach
    void close() throws IOException {
        state.close();
    }

    @Test
    void aNewOneHasNothingToTell() {
        assertThat(state.negotiated()).isEmpty();
        assertThat(state.maxWrite()).isEqualTo(MAX_WRITE);
        assertThat(state.slots()).hasSize(SLOTS).noneMatch(Slot::inFlight).allMatch(slot -> slot.memo() == 0);
    }

    @Test
    void whatWasAgreedOnIsThereForTheSuccessor() throws IOException {
        Negotiated agreed = new Negotiated(38, 0x1_0000_0021L, 0x20000, MAX_WRITE);
        state.negotiated(agreed);

        try (StateMemory successor = StateMemory.adopt(state.fd().dup(), IDENTITY)) {
            assertThat(successor.negotiated()).contains(agreed);
            assertThat(successor.maxWrite()).isEqualTo(MAX_WRITE);
        }
    }

    @Test
    void aRequestAndWhatIsBesideItAreThereForTheSuccessor() throws IOException {
        Slot slot = state.slots().get(1);
        slot.request().putInt(0, 48).putInt(4, 15);
        slot.memo(77);
        slot.note(3, 78);
        slot.reply().putInt(0, 79);
        slot.composed(16);

        try (StateMemory successor = StateMemory.adopt(state.fd().dup(), IDENTITY)) {
            Slot left = successor.slots().get(1);
            assertThat(left.inFlight()).isTrue();
            assertThat(left.request().getInt(4)).isEqualTo(15);
            assertThat(left.memo()).isEqualTo(77);
            assertThat(left.note(3)).isEqualTo(78);
            assertThat(left.reply().getInt(0)).isEqualTo(79);
            assertThat(left.replyLength()).isEqualTo(16);
            assertThat(successor.slots().get(0).inFlight()).isFalse();
        }
    }

    @Test
    void aFreeSlotHasNothing() {
        Slot slot = state.slots().get(0);
        slot.request().putInt(0, 48);
        slot.memo(77);
        slot.composed(16);
        slot.counted(1);
        slot.attempt();

        slot.free();

        assertThat(slot.inFlight()).isFalse();
        assertThat(slot.memo()).isZero();
        assertThat(slot.replyLength()).isZero();
        assertThat(slot.counted()).isZero();
        assertThat(slot.attempt()).isZero();
    }

    @Test
    void aSlotHasRoomForTheLongestRequestReplyAndNotes() {
        Slot slot = state.slots().get(0);

        assertThat(slot.requestCapacity())
                .as("what the kernel insists on: both headers and the data")
                .isGreaterThanOrEqualTo(40 + 40 + MAX_WRITE);
        assertThat(slot.reply().capacity()).isGreaterThanOrEqualTo(Reply.HEADER_SIZE + MAX_WRITE);
        slot.note(ReplyEntries.most(slot.reply().capacity()), 1);
        assertThat(slot.reply().getInt(0)).as("the notes end before the reply").isZero();
    }

    @Test
    void anotherFileIsRefused(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[200_000]);
        Fd fd = Fd.open(file, OpenFlag.READ, OpenFlag.WRITE);

        assertThatThrownBy(() -> StateMemory.adopt(fd, IDENTITY))
                .isInstanceOf(BadStateException.class)
                .hasMessageEndingWith("it is no memfd");
        assertThat(fd.isOpen()).isFalse();
    }

    @Test
    void aMemfdThatSomebodyMayTruncateIsRefused() throws IOException {
        Fd fd = Fd.memfd("x");

        assertThatThrownBy(() -> StateMemory.adopt(fd, IDENTITY))
                .hasMessageEndingWith("it is not sealed against shrinking");
        assertThat(fd.isOpen()).isFalse();
    }

    @Test
    void oneThatIsTooShortIsRefused() throws IOException {
        SharedMemory empty = SharedMemory.create(100);
        assertThatThrownBy(() -> StateMemory.adopt(empty.fd(), IDENTITY))
                .isInstanceOf(BadStateException.class)
                .hasMessageEndingWith("it has 100 bytes, less than its head takes");

        SharedMemory cut = SharedMemory.create(HEAD + PAGE);
        cut.map(0, HEAD).put(0, headOfState(), 0, HEAD);
        assertThatThrownBy(() -> StateMemory.adopt(cut.fd(), IDENTITY))
                .isInstanceOf(BadStateException.class)
                .hasMessageContaining("it has %,d bytes, and its head needs ".formatted(HEAD + PAGE));
    }

    @Test
    void anotherVersionIsRefusedWithBothNumbers() throws IOException {
        overwrite(8, 1);

        assertRefused("its layout is of version 1, and this server understands version 4: start a server of the"
                + " version that began the session");
    }

    @ParameterizedTest
    @ValueSource(ints = {16 * 1024, 64 * 1024})
    void oneForPagesOfAnotherSizeIsRefusedWithBothSizes(int page) throws IOException {
        try (StateMemory other = StateMemory.create(SLOTS, MAX_WRITE, IDENTITY, 2 * page)) {
            Fd fd = other.fd().dup();

            assertThatThrownBy(() -> StateMemory.adopt(fd, IDENTITY, page))
                    .isInstanceOf(BadStateException.class)
                    .hasMessageEndingWith(
                            ("it is laid out for pages of %,d bytes, and this machine has pages of %,d bytes:"
                                            + " unmount the file system, and mount it anew")
                                    .formatted(2 * page, page));
            assertThat(fd.isOpen()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16 * 1024, 64 * 1024})
    void itIsAsGoodWithLargerPages(int page) throws IOException {
        try (StateMemory large = StateMemory.create(SLOTS, MAX_WRITE, IDENTITY, page)) {
            Slot slot = large.slots().get(1);
            slot.request().putInt(0, 48);
            slot.memo(77);
            large.lookups().add(slot, 1, 5, 8);

            try (StateMemory successor = StateMemory.adopt(large.fd().dup(), IDENTITY, page)) {
                assertThat(successor.slots().get(1).memo()).isEqualTo(77);
                assertThat(successor.lookups().count(5)).isEqualTo(1);
            }
        }
    }

    @Test
    void aRequestCarriesAtLeastAPage() throws IOException {
        try (StateMemory small = StateMemory.create(1, 4096, IDENTITY, 16 * 1024)) {
            assertThat(small.maxWrite()).isEqualTo(16 * 1024);
        }
    }

    @Test
    void whatItIsAboutIsThereForTheSuccessor() throws IOException {
        assertThat(StateHead.copy(state.fd(), PAGE).identity()).isEqualTo(IDENTITY);
    }

    @Test
    void anIdentityOfAnyBytesSurvives() {
        Identity odd = Identity.of("k=\u00e9")
                .with("name", Bytes.of(new byte[] {(byte) 0xff, '='}))
                .with("empty", "");

        assertThat(StateHead.decode(StateHead.encode(odd))).isEqualTo(odd);
    }

    @Test
    void anotherIdentityIsRefusedWithBothNamed() throws IOException {
        Identity other = Identity.of("test").with("source", "/b");
        Fd fd = state.fd().dup();
        ByteBuffer before = headOfState();

        assertThatThrownBy(() -> StateMemory.adopt(fd, other))
                .isInstanceOf(OtherSessionException.class)
                .hasMessageContainingAll("test source=/a", "test source=/b");

        assertThat(fd.isOpen()).isFalse();
        assertThat(headOfState()).as("nothing has changed").isEqualTo(before);
    }

    @Test
    void aDamagedIdentityIsRefused() throws IOException {
        overwrite(Layout.identity(PAGE), 3);

        assertRefused("its head is damaged: the checksum does not match");
    }

    @Test
    void aBufferThatWasKeptTooLongIsStillMemory() throws IOException {
        ByteBuffer kept = state.slots().get(0).reply().putInt(0, 7);

        state.close();

        assertThat(kept.getInt(0)).isEqualTo(7);
    }

    @Test
    void aDamagedHeadIsRefused() throws IOException {
        overwrite(12, 3);

        assertRefused("its head is damaged: the checksum does not match");
    }

    @Test
    void anotherMagicNumberIsRefused() throws IOException {
        overwrite(0, 3);

        assertRefused("it does not begin with the magic number of such a memory");
    }

    @Test
    void aDamagedAgreementIsRefused() throws IOException {
        state.negotiated(new Negotiated(38, 1, 2, MAX_WRITE));
        overwrite(40, 39);

        assertRefused("what was agreed on with the kernel is damaged: the checksum does not match");
    }

    @Test
    void whoOnlyLooksDoesNotMindWhatIsJustBeingAgreedOn() throws IOException {
        state.negotiated(new Negotiated(38, 1, 2, MAX_WRITE));
        overwrite(40, 39);

        StateHead.checkIdentity(state.fd(), IDENTITY);
    }

    @Test
    void aRequestOfAnImpossibleLengthIsRefused() throws IOException {
        Slot slot = state.slots().get(1);
        for (int length : new int[] {39, -1, slot.requestCapacity() + 1}) {
            slot.request().putInt(0, length);

            assertRefused("slot 1 of the journal is damaged: it has a request of " + length + " bytes");
        }
        slot.request().putInt(0, 40);
        StateMemory.adopt(state.fd().dup(), IDENTITY).close();
    }

    private ByteBuffer headOfState() throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        try (FileChannel file = open()) {
            file.read(head, 0);
        }
        return head;
    }

    private void overwrite(int offset, int value) throws IOException {
        try (FileChannel file = open()) {
            file.write(ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(0, value), offset);
        }
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(
                Path.of("/proc/self/fd/" + state.fd().intValue()), StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private void assertRefused(String reason) throws IOException {
        Fd fd = state.fd().dup();
        ByteBuffer before = headOfState();
        assertThatThrownBy(() -> StateMemory.adopt(fd, IDENTITY))
                .isInstanceOf(BadStateException.class)
                .hasMessage("the state memory of the session cannot be used: " + reason);
        assertThat(fd.isOpen()).isFalse();
        assertThat(headOfState()).as("nothing has changed").isEqualTo(before);
    }
}
