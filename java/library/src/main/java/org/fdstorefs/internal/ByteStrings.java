// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Names between Java and the kernel, for which they are bytes of no charset.
 *
 * <p>Bytes are taken for UTF-8; one that does not fit becomes the lone surrogate U+DC80 to U+DCFF
 * (0xDC00 plus the byte), as PEP 383 has it, so that {@link #encode} gives exactly the bytes that
 * {@link #decode} got. The locale plays no part.
 */
public final class ByteStrings {
    private static final int ESCAPE = 0xDC00;

    private ByteStrings() {}

    public static String decode(byte[] bytes) {
        CharsetDecoder decoder = UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        while (result.isError()) {
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE | Byte.toUnsignedInt(in.get())));
            }
            result = decoder.decode(in, out, true);
        }
        return out.flip().toString();
    }

    /**
     * The bytes of a string.
     *
     * @throws IllegalArgumentException if it has a surrogate that stands for no byte
     */
    public static byte[] encode(String string) {
        if (!hasSurrogate(string)) {
            return string.getBytes(UTF_8);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(string.length() + 16);
        string.codePoints().forEach(codePoint -> {
            if (isEscapedByte(codePoint)) {
                bytes.write(codePoint);
            } else if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                throw new IllegalArgumentException("lone surrogate U+%X stands for no byte".formatted(codePoint));
            } else {
                bytes.writeBytes(Character.toString(codePoint).getBytes(UTF_8));
            }
        });
        return bytes.toByteArray();
    }

    // A loop, since this is on the way of each call that names something.
    private static boolean hasSurrogate(String string) {
        for (int i = 0; i < string.length(); i++) {
            if (Character.isSurrogate(string.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** Whether this code point of a decoded string stands for a byte that is not UTF-8. */
    public static boolean isEscapedByte(int codePoint) {
        return codePoint >= (ESCAPE | 0x80) && codePoint <= (ESCAPE | 0xFF);
    }

    /**
     * The bytes that the JDK would hand to the kernel for a path. It converts with a charset of its
     * own, which the locale decided at start-up.
     */
    public static byte[] ofPath(Path path) {
        return path.toString().getBytes(pathCharset());
    }

    /**
     * The path of these bytes.
     *
     * @throws InvalidPathException if the locale has no charset that can express it: better none than another one
     */
    public static Path toPath(byte[] bytes) {
        return toPathIfAny(bytes)
                .orElseThrow(() -> new InvalidPathException(
                        decode(bytes),
                        "the charset of the locale, " + pathCharset() + ", cannot express this path:"
                                + " set LC_ALL=C.UTF-8, or go there and name it by ."));
    }

    /** The path of these bytes; empty if the charset of the locale cannot express it. */
    public static Optional<Path> toPathIfAny(byte[] bytes) {
        String string = new String(bytes, pathCharset());
        return Arrays.equals(string.getBytes(pathCharset()), bytes) ? Optional.of(Path.of(string)) : Optional.empty();
    }

    private static Charset pathCharset() {
        return Charset.forName(System.getProperty("sun.jnu.encoding"));
    }

    /**
     * The bytes with a NUL behind them.
     *
     * @throws IllegalArgumentException if there is a NUL among them already
     */
    public static byte[] cString(byte[] bytes) {
        requireNoNul(bytes);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /**
     * Refuses bytes that would end early where a NUL ends them.
     *
     * @throws IllegalArgumentException if there is a NUL among them
     */
    static void requireNoNul(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                throw new IllegalArgumentException("NUL within \"" + decode(bytes) + "\"");
            }
        }
    }
}
