// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.fdstorefs.internal.ByteStrings;
import org.jspecify.annotations.Nullable;

/**
 * A file name or the target of a symbolic link, as the kernel has it: bytes without a NUL.
 *
 * <p>Linux gives these bytes no character set, so they stay bytes. Immutable.
 */
public final class Bytes {
    private final byte[] value;

    private Bytes(byte[] value) {
        this.value = value;
    }

    /**
     * The UTF-8 bytes of a text; a lone surrogate U+DC80 to U+DCFF, as {@link #toString} gives it, is the
     * byte that it stands for.
     *
     * @throws IllegalArgumentException if the text contains a NUL, or another lone surrogate
     */
    public static Bytes of(String text) {
        return of(ByteStrings.encode(requireNonNull(text, "text is null")));
    }

    /**
     * A copy of these bytes.
     *
     * @throws IllegalArgumentException if they contain a NUL
     */
    public static Bytes of(byte[] bytes) {
        byte[] copy = requireNonNull(bytes, "bytes is null").clone();
        for (byte b : copy) {
            if (b == 0) {
                throw new IllegalArgumentException("bytes contains a NUL");
            }
        }
        return new Bytes(copy);
    }

    /** The bytes up to a NUL, which there must be; the buffer's position moves behind that. */
    public static Bytes upToNul(ByteBuffer in) {
        int begin = in.position();
        int end = begin;
        while (in.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - begin];
        in.get(begin, bytes).position(end + 1);
        return new Bytes(bytes);
    }

    /** How many bytes there are. */
    public int length() {
        return value.length;
    }

    /** A copy of the bytes. */
    public byte[] toArray() {
        return value.clone();
    }

    /** Appends the bytes to a buffer. */
    public void writeTo(ByteBuffer out) {
        out.put(value);
    }

    @SuppressWarnings("exports") // to require the annotation transitively would make users need it, too
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    /**
     * The bytes as UTF-8 text. A byte that is not UTF-8 becomes the lone surrogate U+DC80 to U+DCFF, so
     * two names that differ have texts that differ, and {@link #of(String)} gives the bytes back; {@link
     * java.nio.file.Path#of Path.of} refuses such a text.
     */
    @Override
    public String toString() {
        return ByteStrings.decode(value);
    }
}
