// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

/**
 * Ends a worker where it stands, as SIGKILL would, for tests of what is left then: the one thing that
 * a handler can throw and that is not answered.
 */
public final class Killed extends Error {
    private static final long serialVersionUID = 1;
}
