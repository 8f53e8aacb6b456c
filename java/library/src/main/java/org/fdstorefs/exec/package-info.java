// SPDX-License-Identifier: Apache-2.0

/**
 * Running programs that are given descriptors: {@link org.fdstorefs.exec.Program} describes one,
 * and either becomes it or starts it as a {@link org.fdstorefs.exec.Child}.
 *
 * <p>{@link java.lang.ProcessBuilder} gives a program its standard streams and nothing else.
 */
@NullMarked
package org.fdstorefs.exec;

import org.jspecify.annotations.NullMarked;
