// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexTest {

    /** With a hash of so few bits that many elements share one. */
    @ParameterizedTest
    @ValueSource(ints = {0, 0xF, 0xFFF, -1})
    void isASet(int mask) {
        Index<Long> index = new Index<>(number -> Index.mix(number) & mask);
        Set<Long> set = new HashSet<>();
        Random random = new Random(mask);
        int most = mask == 0 ? 60 : 600;
        for (int i = 0; i < 20 * most; i++) {
            boolean grows = i / most % 2 == 0;
            long number = random.nextInt(most);
            Long there = index.find(Index.mix(number) & mask, element -> element == number);
            assertThat(there != null).isEqualTo(set.contains(number));
            if (grows && there == null) {
                set.add(number);
                index.add(number);
            } else if (!grows && there != null) {
                set.remove(number);
                index.remove(there);
            }
        }
        assertThat(index.size()).isEqualTo(set.size());
        Set<Long> visited = new HashSet<>();
        index.forEach(element -> assertThat(visited.add(element)).isTrue());
        assertThat(visited).isEqualTo(set);
    }

    @Test
    void whatIsNotThereIsNotRemoved() {
        Index<String> index = new Index<>(String::hashCode);
        index.add("a");

        index.remove("b");
        assertThat(index.size()).isOne();
        index.clear();
        assertThat(index.find("a".hashCode(), "a"::equals)).isNull();
    }
}
