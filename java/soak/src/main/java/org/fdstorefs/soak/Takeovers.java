// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The sum of all takeovers. Thread-safe. */
final class Takeovers {
    private final Map<String, Integer> opcodes = new TreeMap<>();
    private int count;
    private int between;
    private int replayed;
    private int resent;
    private int answered;

    synchronized void add(Takeover takeover) {
        count++;
        between += takeover.betweenReadAndReply() ? 1 : 0;
        replayed += takeover.replayed();
        resent += takeover.resent();
        answered += takeover.answered();
        takeover.opcodes().forEach(opcode -> opcodes.merge(opcode, 1, Integer::sum));
    }

    /** How many of them found a request that was read and not answered. */
    synchronized int between() {
        return between;
    }

    /** All counts, as {@code key=value} words. */
    synchronized String words() {
        return "takeovers=%d between=%d replayed=%d resent=%d answered=%d opcodes=%s"
                .formatted(count, between, replayed, resent, answered, opcodesInWords());
    }

    /** How often each kind of request had been read and not answered, the most frequent first. */
    private String opcodesInWords() {
        return opcodes.isEmpty()
                ? "-"
                : opcodes.entrySet().stream()
                        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                        .map(entry -> entry.getKey() + ":" + entry.getValue())
                        .collect(Collectors.joining(","));
    }
}
