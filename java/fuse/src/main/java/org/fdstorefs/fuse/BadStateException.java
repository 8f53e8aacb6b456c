// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import java.io.IOException;

/**
 * The state memory of a session cannot be used: another version of this package has left it, or
 * it is damaged. Nothing was changed; the file system stays mounted, and its users wait.
 */
public final class BadStateException extends IOException {
    private static final long serialVersionUID = 1;

    /** Says why it cannot be used. */
    public BadStateException(String reason) {
        super("the state memory of the session cannot be used: " + reason);
    }
}
