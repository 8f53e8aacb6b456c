// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdstorefs.FdEntry;
import org.fdstorefs.PutOption;

/**
 * What an entry was told when it was filled: when it is to empty itself.
 *
 * @param hangup once what it holds hangs up
 * @param peer also once the peer sends no more
 * @param remove that its name goes with what it holds
 * @param anchor the kind of its anchor, if it has one; the anchor itself nobody can have back
 */
record HowPut(boolean hangup, boolean peer, boolean remove, Optional<String> anchor) {
    private static final String YES = "yes";

    HowPut {
        requireNonNull(anchor, "anchor is null");
    }

    static HowPut of(FdEntry entry) {
        Map<String, String> lines = entry.attributes();
        return new HowPut(
                YES.equals(lines.get("put-hangup")),
                YES.equals(lines.get("put-peer")),
                YES.equals(lines.get("put-remove")),
                Optional.ofNullable(lines.get("put-anchor")));
    }

    /** Whether the entry empties itself by what it holds. */
    boolean hangsUp() {
        return hangup || peer;
    }

    /** The options to put it so again, without an anchor, into an empty entry. */
    PutOption[] options() {
        return options(false);
    }

    /** As above, also into a filled one, if that is so. */
    PutOption[] options(boolean replace) {
        List<PutOption> options = new ArrayList<>();
        if (replace) {
            options.add(PutOption.REPLACE);
        }
        if (peer) {
            options.add(PutOption.PEER);
        } else if (hangup) {
            options.add(PutOption.HANGUP);
        }
        if (remove && hangsUp()) {
            options.add(PutOption.REMOVE); // which needs something that empties the entry
        }
        return options.toArray(PutOption[]::new);
    }
}
