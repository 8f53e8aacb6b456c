// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.fdstorefs.Fd;
import org.fdstorefs.OpenFlag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateMemoryTest {
    private static final int MAX_WRITE = 128 * 1024;

    private StateMemory state;

    @BeforeEach
    void create() throws IOException {
        state = StateMemory.create(MAX_WRITE);
    }

    @AfterEach
    void close() throws IOException {
        state.close();
    }

    @Test
    void aNewOneHasNothingToTell() {
        assertThat(state.negotiated()).isEmpty();
        assertThat(state.maxWrite()).isEqualTo(MAX_WRITE);
        assertThat(state.slot().inFlight()).isFalse();
        assertThat(state.slot().get()).isZero();
    }

    @Test
    void whatWasAgreedOnIsThereForTheSuccessor() throws IOException {
        Negotiated agreed = new Negotiated(38, 0x1_0000_0021L, 0x20000, MAX_WRITE);
        state.negotiated(agreed);

        try (StateMemory successor = StateMemory.adopt(state.fd().dup())) {
            assertThat(successor.negotiated()).contains(agreed);
            assertThat(successor.maxWrite()).isEqualTo(MAX_WRITE);
        }
    }

    @Test
    void aRequestAndItsMemoAreThereForTheSuccessor() throws IOException {
        Slot slot = state.slot();
        slot.request().putInt(0, 48).putInt(4, 15);
        slot.set(77);

        try (StateMemory successor = StateMemory.adopt(state.fd().dup())) {
            assertThat(successor.slot().inFlight()).isTrue();
            assertThat(successor.slot().request().getInt(4)).isEqualTo(15);
            assertThat(successor.slot().get()).isEqualTo(77);
        }
    }

    @Test
    void aFreeSlotHasNeitherRequestNorMemo() {
        Slot slot = state.slot();
        slot.request().putInt(0, 48);
        slot.set(77);

        slot.free();

        assertThat(slot.inFlight()).isFalse();
        assertThat(slot.get()).isZero();
    }

    @Test
    void lengthsThatCannotBeAreNoRequests() {
        Slot slot = state.slot();

        slot.request().putInt(0, 39);
        assertThat(slot.inFlight()).isFalse();
        slot.request().putInt(0, 40);
        assertThat(slot.inFlight()).isTrue();
        slot.request().putInt(0, slot.requestCapacity() + 1);
        assertThat(slot.inFlight()).isFalse();
    }

    @Test
    void aSlotHasRoomForTheLongestRequest() {
        assertThat(state.slot().requestCapacity())
                .as("what the kernel insists on: both headers and the data")
                .isGreaterThanOrEqualTo(40 + 40 + MAX_WRITE);
    }

    @Test
    void anotherFileIsRefused(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[200_000]);
        Fd fd = Fd.open(file, OpenFlag.READ, OpenFlag.WRITE);

        assertThatThrownBy(() -> StateMemory.adopt(fd)).isInstanceOf(IOException.class);
        assertThat(fd.isOpen()).isFalse();
    }

    @Test
    void anotherVersionIsRefused() throws IOException {
        // The layout number is in the bytes 8 to 11 of the head.
        Fd fd = state.fd().dup();
        try (FileChannel file = FileChannel.open(Path.of("/proc/self/fd/" + fd.intValue()), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(4), 8);
        }

        assertThatThrownBy(() -> StateMemory.adopt(fd)).hasMessageContaining("version");
    }
}
