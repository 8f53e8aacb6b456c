// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static java.util.Objects.requireNonNull;

/**
 * What is known of a server.
 *
 * @param name the program
 * @param way how it gets the socket
 * @param writeLog whether it acknowledges writes that it has not done yet, so that these must be kept until it
 *     has, to be sent again
 * @param readsAtOnce whether it keeps the text of a file, as it was when it was read from its start, with the open file
 * @param support how well it can be replaced
 * @param note why, in plain English
 */
public record Server(String name, Way way, boolean writeLog, boolean readsAtOnce, Support support, String note) {
    Server(String name, Way way, boolean writeLog, Support support, String note) {
        this(name, way, writeLog, false, support, note);
    }

    public Server {
        requireNonNull(name, "name is null");
        requireNonNull(way, "way is null");
        requireNonNull(support, "support is null");
        requireNonNull(note, "note is null");
    }
}
