// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fdstorefs.Fd;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.internal.ByteStrings;

/**
 * Where a file really is. {@code Path.toRealPath} would look at the file, which never returns for the root of a
 * mount that nobody serves; opening it with O_PATH asks no server.
 */
final class RealPath {
    private RealPath() {}

    /** The path without symbolic links; if it cannot be found, the absolute one without {@code ..}. */
    static Bytes of(Path path) {
        return Bytes.of(ByteStrings.ofPath(resolve(path)));
    }

    private static Path resolve(Path path) {
        try (Fd file = Fd.open(path, OpenFlag.PATH)) {
            Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + file.intValue()));
            if (target.isAbsolute()) {
                return target;
            }
        } catch (IOException e) {
            // the text of the path is all there is
        }
        return path.toAbsolutePath().normalize();
    }
}
