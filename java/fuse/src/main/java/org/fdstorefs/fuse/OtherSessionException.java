// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import java.io.IOException;

/**
 * The stored session has another identity than this server, which would serve the
 * wrong files. Nothing was changed: the session waits for its own server.
 */
public final class OtherSessionException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Identity stored;
    private final transient Identity own;

    /** Names both identities in the message. */
    public OtherSessionException(Identity stored, Identity own) {
        super("the stored session is about \"" + stored + "\", and this server about \"" + own
                + "\": give it a directory of the store of its own, or end that session by unmounting it");
        this.stored = requireNonNull(stored, "stored is null");
        this.own = requireNonNull(own, "own is null");
    }

    /** The identity of the session. */
    public Identity stored() {
        return stored;
    }

    /** The identity of the server. */
    public Identity own() {
        return own;
    }
}
