// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.fdstorefs.Fd;
import org.fdstorefs.exec.Program;

/**
 * An entry, and the name that its descriptor has in LISTEN_FDNAMES.
 *
 * @param name the name of the entry
 * @param listenName the other name
 */
record ListenRequest(String name, String listenName) implements Request {

    ListenRequest {
        requireNonNull(name, "name is null");
        if (!Program.isListenName(listenName)) {
            throw new IllegalArgumentException(listenName
                    + ": not a name for LISTEN_FDNAMES, which takes up to 255 printable ASCII characters without a"
                    + " colon; give another one: NAME=FDNAME");
        }
    }

    /**
     * The requests of these arguments: {@code NAME} or {@code NAME=FDNAME}, where the last = counts.
     *
     * @throws IllegalArgumentException if a name cannot be in LISTEN_FDNAMES
     */
    static List<Request> parse(List<String> texts) {
        return texts.stream().map(ListenRequest::parse).toList();
    }

    private static Request parse(String text) {
        int split = text.lastIndexOf('=');
        return split < 0
                ? new ListenRequest(text, text)
                : new ListenRequest(text.substring(0, split), text.substring(split + 1));
    }

    @Override
    public Program give(Program program, Fd fd) {
        return program.listen(listenName, fd);
    }
}
