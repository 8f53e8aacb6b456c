// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fdstorefs.Errno;

/**
 * A reply as the kernel sees it.
 *
 * @param errno 0 if it is no error
 */
record Answer(int errno, byte[] bytes) {

    static Answer of(ByteBuffer reply, int length) {
        byte[] body = new byte[length - Wire.OUT_HEADER];
        reply.get(Wire.OUT_HEADER, body);
        return new Answer(-reply.getInt(Wire.OUT_ERROR), body);
    }

    /** Behind the header. */
    ByteBuffer body() {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    String error() {
        return errno == 0 ? "" : Errno.nameOf(errno);
    }

    String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Of an entry. */
    long node() {
        return body().getLong(0);
    }

    /** Of what was opened. */
    long handle() {
        return body().getLong(0);
    }

    /** Of what was created and opened. */
    long createdHandle() {
        return body().getLong(Wire.ENTRY);
    }

    /** A name of a directory, and the offset behind it. */
    record Name(String name, long next, long inode) {}

    List<Name> names() {
        List<Name> names = new ArrayList<>();
        ByteBuffer in = body();
        while (in.hasRemaining()) {
            long inode = in.getLong();
            long next = in.getLong();
            byte[] name = new byte[in.getInt()];
            in.getInt();
            in.get(name);
            in.position(in.position() + (-name.length & 7));
            names.add(new Name(new String(name, StandardCharsets.UTF_8), next, inode));
        }
        return names;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Answer answer && errno == answer.errno && Arrays.equals(bytes, answer.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
