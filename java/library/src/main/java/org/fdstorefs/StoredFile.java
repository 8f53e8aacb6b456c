// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * What a filled entry holds, as the kernel tells it. It does not tell a path: that could belong to
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
 * @param type {@code regular}, {@code directory}, {@code symlink}, {@code fifo}, {@code socket},
 *     {@code character device}, {@code block device}, or {@code anon_inode:} and the kind, as in
 *     {@code anon_inode:[eventfd]}; what a later kernel adds comes as it is
 * @param device the device of its filesystem, {@code major:minor} in decimal as in
 *     /proc/PID/mountinfo
 * @param inode its inode number, which is unsigned
 * @param access what it was opened for
 * @param flags its flags of open(2), as /proc/PID/fdinfo tells them
 * @param putTime when it was put into the entry
 */
public record StoredFile(String type, String device, long inode, Access access, int flags, Instant putTime) {

    public StoredFile {
        requireNonNull(type, "type is null");
        requireNonNull(device, "device is null");
        requireNonNull(access, "access is null");
        requireNonNull(putTime, "putTime is null");
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
