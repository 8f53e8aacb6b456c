// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

/** The server ended: nobody knows whether it has done what it was asked for. */
public final class BackendGoneException extends Exception {
    private static final long serialVersionUID = 1;
    private static final String MESSAGE = "the server has ended";

    public BackendGoneException() {
        super(MESSAGE, null, false, false);
    }

    /** Because its socket cannot be used any more. */
    public BackendGoneException(Throwable cause) {
        super(MESSAGE, cause, false, false);
    }
}
