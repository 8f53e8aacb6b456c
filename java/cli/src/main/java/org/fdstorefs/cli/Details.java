// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.fdstorefs.FdEntry;
import org.fdstorefs.StoredFile;

/** An entry in words, with {@code -} for what it does not have. */
record Details(
        String name,
        String state,
        String type,
        String access,
        String flags,
        String device,
        String inode,
        String putTime) {

    static Details of(FdEntry entry) {
        Optional<StoredFile> stored = entry.stored();
        return new Details(
                Printable.of(entry.name()),
                entry.state().name().toLowerCase(Locale.ROOT),
                word(stored, StoredFile::type),
                word(stored, file -> file.access().word()),
                word(stored, file -> "0" + Integer.toOctalString(file.flags())),
                word(stored, StoredFile::device),
                word(stored, file -> Long.toUnsignedString(file.inode())),
                word(stored, file -> time(file.putTime())));
    }

    private static String word(Optional<StoredFile> stored, Function<StoredFile, String> word) {
        return stored.map(word).map(Printable::of).orElse("-");
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
