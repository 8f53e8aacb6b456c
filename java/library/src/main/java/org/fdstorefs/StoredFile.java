// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a filled entry holds, as the kernel reports it. It does not report a path: that could belong to
 * another mount namespace.
 *
 * <pre>{@code
 * try (FdStore store = FdStore.open(Path.of("/run/fdstore"))) {
 *     StoredFile file = store.info("log").stored().orElseThrow();
 *     if (file.access() == StoredFile.Access.WRITE) {
 *         System.out.println("a " + file.type() + " file, put at " + file.putTime());
 *     }
 * }
 * }</pre>
 *
 * <p>Immutable. Two are equal if the kernel said the same of them.
 */
public final class StoredFile {
    private final Map<String, String> attributes;

    /** Reads the lines of a filled entry, which must make sense. */
    StoredFile(Map<String, String> attributes) {
        this.attributes = attributes;
        // So that what makes no sense is found at once.
        inode();
        access();
        flags();
        putTime();
        type();
        device();
    }

    /**
     * {@code regular}, {@code directory}, {@code symlink}, {@code fifo}, {@code socket}, {@code character device},
     * {@code block device}, or {@code anon_inode:} and the kind, as in {@code anon_inode:[eventfd]}; what a later
     * kernel adds comes as it is.
     */
    public String type() {
        return value("stored-type");
    }

    /** The device of its filesystem, {@code major:minor} in decimal as in /proc/PID/mountinfo. */
    public String device() {
        return value("stored-dev");
    }

    /** Its inode number, which is unsigned. */
    public long inode() {
        return Long.parseUnsignedLong(value("stored-ino"));
    }

    /** What it was opened for. */
    public Access access() {
        String word = value("stored-access");
        return Arrays.stream(Access.values())
                .filter(access -> access.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown access: " + word));
    }

    /** Its flags of open(2), as /proc/PID/fdinfo shows them. */
    public int flags() {
        return Integer.parseUnsignedInt(value("stored-flags"), 8);
    }

    /** When it was put into the entry. */
    public Instant putTime() {
        BigDecimal nanos = new BigDecimal(value("put-time")).movePointRight(9);
        BigDecimal[] parts = nanos.divideAndRemainder(BigDecimal.valueOf(1_000_000_000));
        return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValueExact());
    }

    /**
     * With which of {@link PutOption#HANGUP}, {@link PutOption#PEER} and {@link PutOption#REMOVE} it was put, to put
     * it back so. Its anchor is not among them; see {@link #anchor}.
     */
    public List<PutOption> putOptions() {
        List<PutOption> options = new ArrayList<>();
        addIf("put-hangup", PutOption.HANGUP, options);
        addIf("put-peer", PutOption.PEER, options);
        addIf("put-remove", PutOption.REMOVE, options);
        return List.copyOf(options);
    }

    private void addIf(String key, PutOption option, List<PutOption> options) {
        if ("yes".equals(attributes.get(key))) {
            options.add(option);
        }
    }

    /** The kind of anchor that it was put with, if any: {@code pidfd}, {@code eventfd}, {@code timerfd}, {@code fifo}. */
    public Optional<String> anchor() {
        return Optional.ofNullable(attributes.get("put-anchor"));
    }

    private String value(String key) {
        String value = attributes.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no line " + key);
        }
        return value;
    }

    @SuppressWarnings("exports") // to require the annotation transitively would make users need it, too
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StoredFile file && attributes.equals(file.attributes);
    }

    @Override
    public int hashCode() {
        return attributes.hashCode();
    }

    @Override
    public String toString() {
        return attributes.toString();
    }

    /** What a file was opened for, with the kernel's word for it. */
    public enum Access {
        READ("r"),
        WRITE("w"),
        READ_WRITE("rw"),
        /** Neither: ioctl(2) alone. */
        NONE("none"),
        /** O_PATH. */
        PATH("path");

        private final String word;

        Access(String word) {
            this.word = word;
        }

        /** {@code r}, {@code w}, {@code rw}, {@code none} or {@code path}. */
        public String word() {
            return word;
        }
    }
}
