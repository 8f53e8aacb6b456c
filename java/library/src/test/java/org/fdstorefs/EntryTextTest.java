// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryTextTest {
    static final String FILLED = """
            state:\tfilled
            stored-type:\tanon_inode:[eventfd]
            stored-dev:\t0:15
            stored-ino:\t1057
            stored-access:\trw
            stored-flags:\t02000002
            put-time:\t1795300000.000000042
            """;

    @Test
    void anEmptyEntryHoldsNothing() {
        FdEntry entry = EntryText.parse("x", "state:\tempty\n");

        assertThat(entry.name()).isEqualTo("x");
        assertThat(entry.state()).isEqualTo(FdEntry.State.EMPTY);
        assertThat(entry.stored()).isEmpty();
    }

    @Test
    void aFilledEntryTellsWhatItHolds() {
        FdEntry entry = EntryText.parse("x", FILLED);

        assertThat(entry.state()).isEqualTo(FdEntry.State.FILLED);
        StoredFile stored = entry.stored().orElseThrow();
        assertThat(stored.type()).isEqualTo("anon_inode:[eventfd]");
        assertThat(stored.device()).isEqualTo("0:15");
        assertThat(stored.inode()).isEqualTo(1057);
        assertThat(stored.access()).isEqualTo(StoredFile.Access.READ_WRITE);
        assertThat(stored.flags()).isEqualTo(02000002);
        assertThat(stored.putTime()).isEqualTo(Instant.ofEpochSecond(1795300000L, 42));
        assertThat(stored.putOptions()).isEmpty();
        assertThat(stored.anchor()).isEmpty();
    }

    @Test
    void aFilledEntryTellsHowItWasPut() {
        String text = FILLED + "put-hangup:\tyes\nput-peer:\tyes\nput-remove:\tyes\nput-anchor:\tpidfd\n";

        StoredFile stored = EntryText.parse("x", text).stored().orElseThrow();

        assertThat(stored.putOptions()).containsExactly(PutOption.HANGUP, PutOption.PEER, PutOption.REMOVE);
        assertThat(stored.anchor()).contains("pidfd");
    }

    @Test
    void entriesAreEqualIfTheSameIsSaidOfThem() {
        FdEntry one = EntryText.parse("x", FILLED);

        assertThat(one).isEqualTo(EntryText.parse("x", FILLED)).hasSameHashCodeAs(EntryText.parse("x", FILLED));
        assertThat(one.stored()).isEqualTo(EntryText.parse("y", FILLED).stored());
        assertThat(one)
                .isNotEqualTo(EntryText.parse("y", FILLED))
                .isNotEqualTo(EntryText.parse("x", "state:\tempty\n"));
        assertThat(one.toString()).contains("x", "anon_inode:[eventfd]");
    }

    @ParameterizedTest
    @EnumSource(StoredFile.Access.class)
    void everyAccessIsKnownByItsWord(StoredFile.Access access) {
        String text = FILLED.replace("\trw\n", "\t" + access.word() + "\n");

        assertThat(EntryText.parse("x", text).stored().map(StoredFile::access)).contains(access);
    }

    @Test
    void aKeyOfALaterKernelIsKept() {
        FdEntry entry = EntryText.parse("x", FILLED + "stored-label:\tsystem_u:object_r\n");

        assertThat(entry.attributes()).containsEntry("stored-label", "system_u:object_r");
    }

    @Test
    void attributesKeepTheOrderOfTheKernel() {
        assertThat(EntryText.parse("x", FILLED).attributes().keySet())
                .containsExactly(
                        "state",
                        "stored-type",
                        "stored-dev",
                        "stored-ino",
                        "stored-access",
                        "stored-flags",
                        "put-time");
    }

    @Test
    void aLineOfAnotherShapeIsPassedOver() {
        assertThat(EntryText.parse("x", "hello\n:\tworld\nstate:\tempty\n").state())
                .isEqualTo(FdEntry.State.EMPTY);
    }

    @Test
    void anInodeNumberIsUnsigned() {
        String text = FILLED.replace("\t1057\n", "\t18446744073709551615\n");

        assertThat(EntryText.parse("x", text).stored().map(StoredFile::inode)).isEqualTo(Optional.of(-1L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "state:\tmelted\n", "state:\tfilled\n", "state: empty\n"})
    void aTextWithoutSenseIsRefused(String text) {
        assertThatThrownBy(() -> EntryText.parse("x", text)).isInstanceOf(IllegalArgumentException.class);
    }
}
