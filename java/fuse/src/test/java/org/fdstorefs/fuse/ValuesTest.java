// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What an author hands over: names, entries, attributes. */
class ValuesTest {
    @Test
    void nodeIdZeroIsNoEntry() {
        assertThatThrownBy(() -> new Entry(
                        0, 0, Attributes.builder(7, Attributes.REGULAR).build()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesHaveNoNul() {
        assertThatThrownBy(() -> Bytes.of("a\0b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesThatDifferInOneByteAreDifferentTexts() {
        Bytes name = Bytes.of(new byte[] {'a', (byte) 0xff});
        Bytes other = Bytes.of(new byte[] {'a', (byte) 0xfe});

        assertThat(name.toString()).isNotEqualTo(other.toString());
        assertThat(Bytes.of(name.toString())).isEqualTo(name);
        assertThat(Bytes.of("\u00e9").toString()).isEqualTo("\u00e9");
    }

    @Test
    void whatIsNotSaidOfAFileIsThatItIsEmpty() {
        Attributes attributes = Attributes.builder(7, Attributes.REGULAR | 0644).build();

        assertThat(attributes.links()).isEqualTo(1);
        assertThat(attributes.blockSize()).isEqualTo(4096);
        assertThat(attributes.toBuilder().size(513).build().blocks()).isEqualTo(2);
        assertThat(attributes.toBuilder().build()).isEqualTo(attributes).hasSameHashCodeAs(attributes);
        assertThat(attributes.toBuilder().uid(1).build()).isNotEqualTo(attributes);
    }
}
