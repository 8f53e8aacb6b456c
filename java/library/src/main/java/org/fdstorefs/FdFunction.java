// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.io.IOException;

/** What {@link Fd#use} does with a descriptor. */
@FunctionalInterface
public interface FdFunction<T> {

    /** Uses a descriptor, which is open until this returns and must not be closed or kept. */
    T apply(int fd) throws IOException;
}
