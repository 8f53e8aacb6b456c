// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

/** Arguments that make no sense, which shows only when they are used. */
final class UsageException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }

    UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
