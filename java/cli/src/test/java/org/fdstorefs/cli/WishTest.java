// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class WishTest {
    @Test
    void namesWithoutNumbersGetThoseFromThreeUp() {
        assertThat(Wish.parse(List.of("a", "b", "c")))
                .containsExactly(new Wish("a", 3), new Wish("b", 4), new Wish("c", 5));
    }

    @Test
    void aNumberIsGivenBehindAnEqualsSign() {
        assertThat(Wish.parse(List.of("a=0"))).containsExactly(new Wish("a", 0));
    }

    @Test
    void namesWithoutNumbersKeepClearOfThoseWith() {
        assertThat(Wish.parse(List.of("a", "b=3", "c", "d=4")))
                .containsExactly(new Wish("a", 5), new Wish("b", 3), new Wish("c", 6), new Wish("d", 4));
    }

    @Test
    void theLastEqualsSignCounts() {
        assertThat(Wish.parse(List.of("a=5=6"))).containsExactly(new Wish("a=5", 6));
    }

    @Test
    void whatIsNoNumberBelongsToTheName() {
        assertThat(Wish.parse(List.of("a=b", "a=", "a=-1", "a=3x")))
                .extracting(Wish::name)
                .containsExactly("a=b", "a=", "a=-1", "a=3x");
    }

    @Test
    void aNumberThatIsTooLargeIsNoPartOfTheName() {
        assertThatThrownBy(() -> Wish.parse(List.of("a=12345678901")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("12345678901");
    }

    @Test
    void aNameMayHaveALineBreak() {
        assertThat(Wish.parse(List.of("a\nb=7"))).containsExactly(new Wish("a\nb", 7));
    }

    @Test
    void oneEntryMayBeWantedTwice() {
        assertThat(Wish.parse(List.of("a", "a"))).containsExactly(new Wish("a", 3), new Wish("a", 4));
    }

    @Test
    void twoNamesForOneNumberAreRefused() {
        assertThatThrownBy(() -> Wish.parse(List.of("a=3", "b=3")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two names for the descriptor 3");
    }
}
