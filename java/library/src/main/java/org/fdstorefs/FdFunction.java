// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;

/**
 * What {@link Fd#use} does with a descriptor.
 *
 * <pre>{@code
 * FdFunction<Path> target = number -> Files.readSymbolicLink(Path.of("/proc/self/fd/" + number));
 * try (Fd fd = Fd.open(Path.of("/etc/hostname"))) {
 *     System.out.println(fd.use(target));
 * }
 * }</pre>
 */
@FunctionalInterface
public interface FdFunction<T> {

    /** Uses a descriptor, which is open until this returns and must not be closed or kept. */
    T apply(int fd) throws IOException;
}
