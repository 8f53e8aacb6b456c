// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;

/** Makes a filler for tests of file systems, and takes apart what was filled in. */
public final class Listings {
    private final ByteBuffer buffer = Wire.empty(1 << 17);
    private final DirectoryFiller filler;

    public Listings(int size) {
        filler = DirectoryFiller.ofNames(buffer, size, new UnusedFiles());
    }

    public DirectoryFiller filler() {
        return filler;
    }

    /** The names, and behind them the offset of the next one. */
    public long read(List<String> names) {
        long next = 0;
        ByteBuffer in = buffer.duplicate().order(buffer.order()).flip();
        while (in.hasRemaining()) {
            int start = in.position();
            in.getLong();
            next = in.getLong();
            byte[] name = new byte[in.getInt()];
            in.getInt();
            in.get(name);
            names.add(new String(name, UTF_8));
            in.position(start + (24 + name.length + 7) / 8 * 8);
        }
        return next;
    }
}
