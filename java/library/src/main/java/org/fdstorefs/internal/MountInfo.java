// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of /proc/PID/mountinfo, whose format proc_pid_mountinfo(5) describes.
 *
 * @param id the number of the mount
 * @param device {@code MAJOR:MINOR} of its filesystem
 * @param mountPoint where it is, a string of {@link ByteStrings}: not a {@link Path}, since no charset may be able to express it
 * @param type of its filesystem
 * @param source what it was mounted from, or what who mounted it calls it; a string of {@link ByteStrings}, too
 * @param options of its filesystem, not of this mount
 */
public record MountInfo(long id, String device, String mountPoint, String type, String source, List<String> options) {
    private static final String STORE = "fdstorefs";
    private static final Pattern LINE =
            Pattern.compile("([0-9]+) [0-9]+ ([0-9]+:[0-9]+) [^ ]+ ([^ ]+) .* - ([^ ]+) ([^ ]*) ([^ ]*)");
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-3][0-7]{2})");

    public MountInfo {
        requireNonNull(device, "device is null");
        requireNonNull(mountPoint, "mountPoint is null");
        requireNonNull(type, "type is null");
        requireNonNull(source, "source is null");
        options = List.copyOf(options);
    }

    /** All mounts of a table, in its order. */
    public static List<MountInfo> read(Path table) throws IOException {
        // Names have bytes of any charset: as Latin-1 each byte is a character, and stays itself.
        return new String(Files.readAllBytes(table), ISO_8859_1)
                .lines()
                .map(MountInfo::parse)
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<MountInfo> parse(String line) {
        Matcher fields = LINE.matcher(line);
        return fields.matches()
                ? Optional.of(new MountInfo(
                        Long.parseLong(fields.group(1)),
                        fields.group(2),
                        ByteStrings.decode(unescape(fields.group(3))),
                        fields.group(4),
                        ByteStrings.decode(unescape(fields.group(5))),
                        List.of(fields.group(6).split(","))))
                : Optional.empty();
    }

    public boolean isStore() {
        return type.equals(STORE);
    }

    /**
     * The bytes of a field, which was read as Latin-1: space, tab, newline and backslash are written as \040, \011, \012
     * and \134.
     */
    public static byte[] unescape(String field) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(field.length());
        Matcher escape = OCTAL.matcher(field);
        int at = 0;
        while (escape.find()) {
            bytes.writeBytes(field.substring(at, escape.start()).getBytes(ISO_8859_1));
            bytes.write(Integer.parseInt(escape.group(1), 8));
            at = escape.end();
        }
        bytes.writeBytes(field.substring(at).getBytes(ISO_8859_1));
        return bytes.toByteArray();
    }
}
