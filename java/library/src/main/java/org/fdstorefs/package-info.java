// SPDX-License-Identifier: Apache-2.0

/**
 * {@link org.fdstorefs.FdStore}: a directory of a mounted fdstorefs, and where everything begins; {@link
 * org.fdstorefs.Fd}: a file descriptor that is owned; {@link org.fdstorefs.Draft} and {@link
 * org.fdstorefs.FdSet}: descriptors that appear, and are got, together; {@link org.fdstorefs.Lease}: the
 * right to be the only one.
 *
 * <p>No argument and no result is ever null unless its documentation says so. Errors of the kernel
 * are the exceptions of {@code java.nio.file} where one fits, and
 * {@link org.fdstorefs.FdStoreException} otherwise; the former have the latter as their cause, so
 * that the errno is always there.
 */
@NullMarked
package org.fdstorefs;

import org.jspecify.annotations.NullMarked;
