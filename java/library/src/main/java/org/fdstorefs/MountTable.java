// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.MountInfo;

/** Finds the mounted stores in a /proc/PID/mountinfo, whose format proc_pid_mountinfo(5) describes. */
final class MountTable {
    static final Path OF_THIS_PROCESS = Path.of("/proc/self/mountinfo");

    private static final int MOUNT_POINT = 4;

    private MountTable() {}

    /** Those of {@link #stores} that the charset of the locale can express: no mount of somebody else breaks the rest. */
    static List<Path> paths(Path table) throws IOException {
        return stores(table).stream()
                .flatMap(bytes -> ByteStrings.toPathIfAny(bytes).stream())
                .toList();
    }

    /** Where stores are mounted, in the order of the table. */
    static List<byte[]> stores(Path table) throws IOException {
        // Names have bytes of any charset: as Latin-1 each byte is a character, and stays itself.
        String text = new String(Files.readAllBytes(table), ISO_8859_1);
        return text.lines()
                .filter(MountTable::isStore)
                .map(line -> line.split(" ")[MOUNT_POINT])
                .distinct()
                .map(MountInfo::unescape)
                .toList();
    }

    private static boolean isStore(String line) {
        // A variable number of fields stands before " - ", which no escaped field contains.
        int separator = line.indexOf(" - ");
        return separator >= 0 && line.startsWith("fdstorefs ", separator + 3);
    }
}
