// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import io.grpc.Status;
import io.grpc.StatusException;

/** Why a call is refused, as whoever called is told. */
final class Refusal {
    private Refusal() {}

    /** The request itself is wrong: it will be whenever it is made again. */
    static StatusException invalid(String message) {
        return Status.INVALID_ARGUMENT.withDescription(message).asException();
    }

    /** There is something else already. */
    static StatusException exists(String message) {
        return Status.ALREADY_EXISTS.withDescription(message).asException();
    }

    /** Somebody has to put something right first. */
    static StatusException precondition(String message) {
        return Status.FAILED_PRECONDITION.withDescription(message).asException();
    }

    /** The same, because of what was found. */
    static StatusException precondition(String message, Exception cause) {
        return Status.FAILED_PRECONDITION
                .withDescription(message)
                .withCause(cause)
                .asException();
    }

    /** There is no such volume. */
    static StatusException notFound(String message) {
        return Status.NOT_FOUND.withDescription(message).asException();
    }

    /** Another call is about to change the same. */
    static StatusException aborted(String message) {
        return Status.ABORTED.withDescription(message).asException();
    }
}
