// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.nio.channels.ClosedChannelException;

/** An {@link Fd} or {@link FdStore} was used after its {@code close()}, or its {@code detach()}. */
public final class ClosedFdException extends ClosedChannelException {
    private static final long serialVersionUID = 1L;

    private final String what;

    ClosedFdException(String what) {
        this.what = what;
    }

    @Override
    public String getMessage() {
        return what + " is closed";
    }
}
