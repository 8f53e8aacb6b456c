// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.state;

/** Data that a server has accepted and perhaps not written. Whoever has it must not change the array. */
public record PendingWrite(long offset, byte[] data) {}
