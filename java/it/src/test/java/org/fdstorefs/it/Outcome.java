// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

/** How a script ended: the exit code, and the output byte by byte, each a char. */
record Outcome(int code, String out, String err) {}
