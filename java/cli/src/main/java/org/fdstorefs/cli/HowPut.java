// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fdstorefs.FdEntry;
import org.fdstorefs.PutOption;

/**
 * The options with which an entry was filled, which say when it empties itself.
 *
 * @param told the options, without REPLACE
 * @param anchor the kind of its anchor, if it has one; the anchor itself cannot be read back
 */
record HowPut(List<PutOption> told, Optional<String> anchor) {

    HowPut {
        told = List.copyOf(told);
        requireNonNull(anchor, "anchor is null");
    }

    static HowPut of(FdEntry entry) {
        return entry.stored()
                .map(file -> new HowPut(file.putOptions(), file.anchor()))
                .orElse(new HowPut(List.of(), Optional.empty()));
    }

    boolean hangup() {
        return told.contains(PutOption.HANGUP);
    }

    boolean peer() {
        return told.contains(PutOption.PEER);
    }

    boolean remove() {
        return told.contains(PutOption.REMOVE);
    }

    /** Whether the entry empties itself by what it holds. */
    boolean hangsUp() {
        return hangup() || peer();
    }

    /** The options to put it so again, without an anchor, into an empty entry. */
    PutOption[] options() {
        return options(false);
    }

    /** As above, but into a filled entry if the flag is set. */
    PutOption[] options(boolean replace) {
        List<PutOption> options = new ArrayList<>(told);
        if (!hangsUp()) {
            options.remove(PutOption.REMOVE); // which needs something that empties the entry
        }
        if (replace) {
            options.add(PutOption.REPLACE);
        }
        return options.toArray(PutOption[]::new);
    }
}
