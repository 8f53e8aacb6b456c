// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.wire.Reply;
import org.fdstorefs.fuse.wire.ReplyEntries;
import org.fdstorefs.internal.PageSize;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** For each size of pages that a kernel is built for, and for sizes of data that are no multiple of it, too. */
class LayoutTest {
    static Stream<Layout> layouts() {
        return Stream.of(4096, 16 * 1024, 64 * 1024)
                .flatMap(page -> Stream.of(page, 128 * 1024, 128 * 1024 + 1, 1 << 20)
                        .map(maxWrite -> new Layout(page, 3, maxWrite)));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void everyPartBeginsAtAPage(Layout layout) {
        assertThat(Stream.of(
                        (long) Layout.identity(layout.page()),
                        (long) layout.headSize(),
                        (long) layout.slot(1),
                        (long) layout.notes(),
                        (long) layout.reply(),
                        layout.lookups()))
                .allMatch(offset -> offset > 0 && offset % layout.page() == 0);
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void noPartReachesIntoTheNext(Layout layout) {
        assertThat(layout.headSize() - Layout.identity(layout.page())).isGreaterThanOrEqualTo(Identity.MAX_SIZE);
        assertThat(layout.notes() - Layout.REQUEST).isGreaterThanOrEqualTo(4096 + layout.maxWrite());
        assertThat(layout.slotSize() - layout.reply()).isGreaterThanOrEqualTo(Reply.HEADER_SIZE + layout.maxWrite());
        assertThat((layout.reply() - layout.notes()) / Long.BYTES)
                .isGreaterThan(ReplyEntries.most(layout.slotSize() - layout.reply()));
        assertThat(layout.lookups()).isEqualTo(layout.headSize() + 3L * layout.slotSize());
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void theLookupsGrowByPages(Layout layout) {
        assertThat(Lookups.CHUNK % layout.page()).isZero();
        assertThat(layout.page()).isLessThanOrEqualTo(PageSize.LARGEST);
    }
}
