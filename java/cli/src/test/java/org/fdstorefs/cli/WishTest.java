// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class WishTest {
    @Test
    void aNumberIsGivenBehindAnEqualsSign() {
        assertThat(Wish.parse(List.of("a=0", "b"))).containsExactly(wish("a", 0), wish("b"));
    }

    @Test
    void theLastEqualsSignCounts() {
        assertThat(Wish.parse(List.of("a=5=6"))).containsExactly(wish("a=5", 6));
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
        assertThat(Wish.parse(List.of("a\nb=7"))).containsExactly(wish("a\nb", 7));
    }

    @Test
    void oneEntryMayBeWantedTwice() {
        assertThat(Wish.parse(List.of("a", "a"))).containsExactly(wish("a"), wish("a"));
    }

    @Test
    void twoNamesForOneNumberAreRefused() {
        assertThatThrownBy(() -> Wish.parse(List.of("a=3", "b=3")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two names for the descriptor 3");
    }

    private static Wish wish(String name) {
        return new Wish(name, OptionalInt.empty());
    }

    private static Wish wish(String name, int number) {
        return new Wish(name, OptionalInt.of(number));
    }
}
