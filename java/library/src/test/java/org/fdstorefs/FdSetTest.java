// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FdSetTest {
    private final FdSet set = new FdSet("/store/session");

    @Test
    void namesAreSorted() throws IOException {
        try (set) {
            set.add("b", Fd.duplicate(0));
            set.add("a", Fd.duplicate(0));

            assertThat(set.names()).containsExactly("a", "b");
            assertThat(set.size()).isEqualTo(2);
        }
    }

    @Test
    void whatIsGotStaysTheSets() throws IOException {
        set.add("a", Fd.duplicate(0));
        Fd got = set.get("a");

        set.close();

        assertThat(got.isOpen()).isFalse();
        assertThat(set.size()).isZero();
    }

    @Test
    void whatIsRemovedIsTheCallers() throws IOException {
        set.add("a", Fd.duplicate(0));
        try (Fd removed = set.remove("a")) {
            set.close();

            assertThat(removed.isOpen()).isTrue();
        }
    }

    @Test
    void whatIsNotInItIsNamed() throws IOException {
        try (set) {
            set.add("b", Fd.duplicate(0));

            assertThatThrownBy(() -> set.get("a"))
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessage("/store/session/a: not in this set, which has [b]");
            assertThatThrownBy(() -> set.remove("a")).isInstanceOf(NoSuchFileException.class);
        }
    }

    @Test
    void aFailureToCloseOneDoesNotKeepTheOthersOpen() throws IOException {
        Fd broken = Fd.adopt(
                new UnusedSys() {
                    @Override
                    public int close(int fd) {
                        return -Errno.EIO.number();
                    }
                },
                77);
        Fd fine = Fd.duplicate(0);
        set.add("a", broken);
        set.add("b", fine);

        assertThatThrownBy(set::close).isInstanceOf(FdStoreException.class).hasMessageContaining("EIO");
        assertThat(fine.isOpen()).isFalse();
    }
}
