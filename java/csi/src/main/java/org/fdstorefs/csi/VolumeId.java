// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.util.Objects.requireNonNull;

import io.grpc.StatusException;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the kubelet calls a volume. The store of a volume carries it in its name, which every table of mounts shows. */
record VolumeId(String text) {
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");
    private static final String PREFIX = Plugin.NAME + "/";

    VolumeId {
        requireNonNull(text, "text is null");
    }

    static VolumeId of(String text) throws StatusException {
        if (text.isEmpty()) {
            throw Refusal.invalid("volume_id is missing");
        }
        if (!VALID.matcher(text).matches()) {
            throw Refusal.invalid("volume_id: give at most 128 letters, digits, and . _ : - after the first: " + text);
        }
        return new VolumeId(text);
    }

    /** The volume of a store of that name; empty if it is none of ours. */
    static Optional<VolumeId> ofSource(String source) {
        if (!source.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String text = source.substring(PREFIX.length());
        return VALID.matcher(text).matches() ? Optional.of(new VolumeId(text)) : Optional.empty();
    }

    /** The name of its store. */
    String source() {
        return PREFIX + text;
    }

    @Override
    public String toString() {
        return text;
    }
}
