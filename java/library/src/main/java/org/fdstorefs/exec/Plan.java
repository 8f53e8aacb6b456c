// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import org.fdstorefs.internal.ByteStrings;

/**
 * What a {@link Departure} arranges, in values that need no more work.
 *
 * @param sources the descriptors to pass
 * @param targets the number that each gets
 * @param kept the descriptors that stay where they are
 * @param directory the working directory, if it is another
 */
record Plan(int[] sources, int[] targets, int[] kept, Optional<byte[]> directory) {

    static Plan of(int[] sources, int[] targets, Collection<Integer> kept, Optional<Path> directory) {
        // The standard streams are kept in any case, also if they are closed.
        int[] above = kept.stream()
                .mapToInt(Integer::intValue)
                .filter(fd -> fd >= Numbers.FIRST)
                .sorted()
                .toArray();
        return new Plan(sources, targets, above, directory.map(ByteStrings::ofPath));
    }

    String directoryName() {
        return directory.map(ByteStrings::decode).orElse("");
    }
}
