// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.fdstorefs.fuse.BadStateException;
import org.fdstorefs.fuse.Identity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LookupsTest {
    private static final Identity IDENTITY = Identity.of("test");
    private static final int OFFSET_REDO = 128;

    private StateMemory state;
    private Lookups lookups;
    private Slot slot;

    @BeforeEach
    void create() throws IOException {
        state = StateMemory.create(2, 4096, IDENTITY);
        lookups = state.lookups();
        slot = state.slots().get(1);
    }

    @AfterEach
    void close() throws IOException {
        state.close();
    }

    @Test
    void aNodeThatWasNeverLookedUpHasNeitherCountNorNote() {
        lookups.set(5, 50);

        assertThat(lookups.count(5)).isZero();
        assertThat(lookups.get(5)).isZero();
    }

    @Test
    void lookupsAddUpAndTheLastNoteStays() {
        lookups.add(slot, 1, 5, 50);
        lookups.add(slot, 2, 5, 51);

        assertThat(lookups.count(5)).isEqualTo(2);
        assertThat(lookups.get(5)).isEqualTo(51);
        assertThat(slot.counted()).isEqualTo(2);
    }

    @Test
    void countsAndNotesAreThereForTheSuccessor() throws IOException {
        lookups.add(slot, 1, 5, 50);
        lookups.add(slot, 2, 6, 60);
        lookups.set(6, 61);

        try (StateMemory successor = StateMemory.adopt(state.fd().dup(), IDENTITY)) {
            assertThat(successor.lookups().count(5)).isEqualTo(1);
            assertThat(successor.lookups().get(5)).isEqualTo(50);
            assertThat(successor.lookups().get(6)).isEqualTo(61);
        }
    }

    @Test
    void aForgottenNodeStaysUntilItIsDroppedAlsoForTheSuccessor() throws IOException {
        lookups.add(slot, 1, 5, 50);
        lookups.subtract(slot, 2, 5, 1);
        assertThat(lookups.forgotten(9)).containsExactly(5L);

        try (StateMemory successor = StateMemory.adopt(state.fd().dup(), IDENTITY)) {
            assertThat(successor.lookups().forgotten(9)).containsExactly(5L);
            successor.lookups().drop(5);
            assertThat(successor.lookups().forgotten(9)).isEmpty();
        }
        try (StateMemory successor = StateMemory.adopt(state.fd().dup(), IDENTITY)) {
            assertThat(successor.lookups().forgotten(9)).isEmpty();
            assertThat(successor.lookups().get(5)).isZero();
        }
    }

    @Test
    void aNodeThatIsLookedUpOnceMoreIsNotForgotten() {
        lookups.add(slot, 1, 5, 50);
        lookups.subtract(slot, 2, 5, 1);
        lookups.add(slot, 3, 5, 52);

        lookups.drop(5);

        assertThat(lookups.forgotten(9)).isEmpty();
        assertThat(lookups.count(5)).isEqualTo(1);
        assertThat(lookups.get(5)).isEqualTo(52);
    }

    @Test
    void notesAreNoLongerThereWhenTheSessionIsClosed() throws IOException {
        lookups.add(slot, 1, 5, 50);
        state.close();

        assertThatThrownBy(() -> lookups.get(5)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> lookups.set(5, 51)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theRootIsNotCounted() {
        lookups.subtract(slot, 1, 1, 1);

        assertThat(lookups.forgotten(9)).isEmpty();
        assertThat(slot.counted()).isEqualTo(1);
    }

    @Test
    void theTableGrowsAndCellsAreUsedAgain() throws IOException {
        long first = size();
        for (long node = 2; node < 10_002; node++) {
            lookups.add(slot, 1, node, -node);
        }
        long grown = size();
        for (long node = 2; node < 10_002; node++) {
            lookups.subtract(slot, 1, node, 1);
            lookups.drop(node);
            lookups.add(slot, 1, node + 100_000, node);
        }

        assertThat(grown).isGreaterThan(first);
        assertThat(size()).as("no more than once so many").isEqualTo(grown);
        try (StateMemory successor = StateMemory.adopt(state.fd().dup(), IDENTITY)) {
            assertThat(successor.lookups().count(5)).isZero();
            assertThat(successor.lookups().count(100_005)).isEqualTo(1);
            assertThat(successor.lookups().get(110_001)).isEqualTo(10_001);
        }
    }

    @Test
    void aChangeThatWasBegunIsFinishedOnceByTheSuccessor() throws IOException {
        lookups.add(slot, 1, 5, 50);
        redo().begin(new Redo.Change(1, 2, 0, 5, 2, 51)); // killed before the cell was written

        for (int successors = 0; successors < 2; successors++) {
            try (StateMemory successor = StateMemory.adopt(state.fd().dup(), IDENTITY)) {
                assertThat(successor.lookups().count(5)).isEqualTo(2);
                assertThat(successor.lookups().get(5)).isEqualTo(51);
                assertThat(successor.slots().get(1).counted()).isEqualTo(2);
            }
        }
        assertThat(redo().isUnderWay()).isFalse();
    }

    @Test
    void aChangeThatCannotBeIsRefused() {
        redo().begin(new Redo.Change(2, 1, 0, 5, 1, 0));
        assertThatThrownBy(() -> StateMemory.adopt(state.fd().dup(), IDENTITY))
                .isInstanceOf(BadStateException.class)
                .hasMessageContaining("damaged");

        redo().begin(new Redo.Change(1, 1, 4096, 5, 1, 0));
        assertThatThrownBy(() -> StateMemory.adopt(state.fd().dup(), IDENTITY)).isInstanceOf(BadStateException.class);
    }

    /** The record in the state memory. */
    private Redo redo() {
        try (FileChannel file = FileChannel.open(
                Path.of("/proc/self/fd/" + state.fd().intValue()), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer map = file.map(FileChannel.MapMode.READ_WRITE, OFFSET_REDO, Redo.SIZE);
            return new Redo(map.order(ByteOrder.nativeOrder()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private long size() throws IOException {
        try (FileChannel file =
                FileChannel.open(Path.of("/proc/self/fd/" + state.fd().intValue()))) {
            return file.size();
        }
    }
}
