// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.fdstorefs.internal.ByteStrings;
import org.jspecify.annotations.Nullable;

/**
 * What a session is about: a kind of file system, and whatever distinguishes two sessions of that kind:
 * what is served, where it is mounted, and each option that changes what a node id, a note or a memo
 * means. A server takes a session over only if its own identity equals that of the session.
 *
 * <pre>{@code
 * Identity.of("mirror").with("source", Path.of("/srv/data")).with("case", "folded")
 * }</pre>
 *
 * <p>What may differ from one server to the next, such as how many threads it has, is no part of it.
 * Immutable.
 */
public final class Identity {
    /** How many bytes the words of an identity have together, each with a NUL behind it. */
    public static final int MAX_SIZE = 16 * 1024;

    private final List<Bytes> words;

    private Identity(List<Bytes> words) {
        this.words = List.copyOf(words);
        if (size() > MAX_SIZE) {
            throw new IllegalArgumentException("the identity has " + size() + " bytes, more than " + MAX_SIZE);
        }
    }

    /**
     * A kind of file system, under a name that its author chooses and keeps.
     *
     * @throws IllegalArgumentException if it is empty, or has a NUL
     */
    public static Identity of(String kind) {
        if (requireNonNull(kind, "kind is null").isEmpty()) {
            throw new IllegalArgumentException("kind is empty");
        }
        return new Identity(List.of(Bytes.of(kind)));
    }

    /**
     * The same with one more part.
     *
     * @throws IllegalArgumentException if the key is empty, has a {@code =}, or already exists, if
     *     there is a NUL, or if it all becomes longer than 16 KiB
     */
    public Identity with(String key, String value) {
        return with(key, Bytes.of(requireNonNull(value, "value is null")));
    }

    /**
     * As above. The value is the path without symbolic links and {@code ..}; if there is no such file, as
     * far as its text shows. A mount whose server is dead is not asked.
     */
    public Identity with(String key, Path value) {
        return with(key, RealPath.of(requireNonNull(value, "value is null")));
    }

    /** As above. */
    public Identity with(String key, Bytes value) {
        requireNonNull(value, "value is null");
        if (requireNonNull(key, "key is null").isEmpty() || key.indexOf('=') >= 0) {
            throw new IllegalArgumentException("not a key: \"" + key + "\"");
        }
        String beginning = key + "=";
        if (words.stream().skip(1).anyMatch(word -> word.toString().startsWith(beginning))) {
            throw new IllegalArgumentException("the key \"" + key + "\" already exists");
        }
        List<Bytes> more = new ArrayList<>(words);
        more.add(Bytes.of(ByteBuffer.allocate(beginning.getBytes(UTF_8).length + value.length())
                .put(beginning.getBytes(UTF_8))
                .put(value.toArray())
                .array()));
        return new Identity(more);
    }

    private int size() {
        return words.stream().mapToInt(word -> word.length() + 1).sum();
    }

    /** The kind, and then each part as {@code KEY=VALUE}. */
    public List<Bytes> words() {
        return words;
    }

    @SuppressWarnings("exports") // to require the annotation transitively would make users need it, too
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Identity identity && words.equals(identity.words);
    }

    @Override
    public int hashCode() {
        return words.hashCode();
    }

    /** For a person to read, as {@code mirror source=/srv/data mount=/mnt}. */
    @Override
    public String toString() {
        return words.stream().map(word -> ByteStrings.decode(word.toArray())).collect(Collectors.joining(" "));
    }
}
