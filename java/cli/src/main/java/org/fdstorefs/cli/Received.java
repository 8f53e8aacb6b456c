// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import org.fdstorefs.Fd;

/** A descriptor that came out of the store, and what it was asked for. */
record Received(Request request, Fd fd) {}
