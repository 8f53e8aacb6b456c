// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.fdstorefs.Fd;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.internal.ByteStrings;

/**
 * Where a file really is. {@code Path.toRealPath} would look at the file, and for the root of a mount that nobody
 * serves that never ends; to open it with O_PATH asks no server.
 */
final class RealPath {
    private static final int PATH_MAX = 4096;

    private RealPath() {}

    /** The path without symbolic links; if that cannot be told, the absolute one without {@code ..}. */
    static Bytes of(Path path) {
        try (Fd file = Fd.open(path, OpenFlag.PATH)) {
            byte[] target = new byte[PATH_MAX];
            byte[] link = ByteStrings.cString(("/proc/self/fd/" + file.intValue()).getBytes(US_ASCII));
            long length = Libc.readlink(link, target, target.length);
            if (length > 0 && target[0] == '/') {
                return Bytes.of(Arrays.copyOf(target, (int) length));
            }
        } catch (IOException e) {
            // as far as its text goes
        }
        return Bytes.of(ByteStrings.ofPath(path.toAbsolutePath().normalize()));
    }
}
