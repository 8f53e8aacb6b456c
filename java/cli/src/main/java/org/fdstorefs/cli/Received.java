// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.util.Optional;
import org.fdstorefs.Fd;

/**
 * A descriptor that came out of the store.
 *
 * @param request what it was asked for
 * @param fd the descriptor
 * @param how how it was put into its entry; empty if that could not be read, or does not matter
 */
record Received(Request request, Fd fd, Optional<HowPut> how) {}
