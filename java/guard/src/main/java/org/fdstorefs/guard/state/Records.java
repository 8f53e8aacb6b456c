// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.state;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.fdstorefs.Fd;
import org.fdstorefs.fuse.Bytes;

/** Appends records to the log, which is rewritten when most of it is out of date. Not thread-safe. */
final class Records implements AutoCloseable {
    static final byte[] NONE = {};

    private final StateLog log;
    private final Tables tables;
    private boolean rewriting;
    private int mostNodes;

    Records(StateLog log, Tables tables) {
        this.log = requireNonNull(log, "log is null");
        this.tables = requireNonNull(tables, "tables is null");
    }

    Fd fd() {
        return log.fd();
    }

    /** For tests: is called whenever a record is about to count. */
    void beforeCommit(Runnable watcher) {
        log.beforeCommit(watcher);
    }

    void append(Record type, Bytes name, long... numbers) {
        append(type, name.toArray(), numbers);
    }

    void append(Record type, byte[] bytes, long... numbers) {
        rewriteIfLong();
        ByteBuffer record = log.begin(type.code(), numbers.length * Long.BYTES + bytes.length);
        for (long number : numbers) {
            record.putLong(number);
        }
        record.put(bytes);
        log.commit();
    }

    void append(Record type, ByteBuffer data, long first, long second) {
        rewriteIfLong();
        ByteBuffer record = log.begin(type.code(), 2 * Long.BYTES + data.remaining());
        record.putLong(first).putLong(second).put(data.duplicate());
        log.commit();
    }

    /** Before a record, not after it: what it says is not in the tables yet. */
    private void rewriteIfLong() {
        if (rewriting) {
            return;
        }
        int nodes = tables.tree().size();
        mostNodes = Math.max(mostNodes, nodes);
        if (log.isLong() || (log.isNoLongerShort() && nodes < mostNodes / 4)) {
            rewriting = true;
            try {
                log.rewrite(() -> tables.writeTo(this));
            } finally {
                rewriting = false;
            }
            mostNodes = nodes;
        }
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
