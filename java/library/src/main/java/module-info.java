// SPDX-License-Identifier: Apache-2.0

/**
 * Puts open file descriptions into an fdstorefs, a Linux pseudo filesystem whose files hold them,
 * and gets them out again.
 *
 * <p>Native calls go through JNA: start the JVM with {@code --enable-native-access=com.sun.jna}
 * (or {@code ALL-UNNAMED} on the class path) to spare JDK 24 and later their warning.
 */
@SuppressWarnings("module")
module org.fdstorefs {
    requires com.sun.jna;
    requires static org.jspecify;

    exports org.fdstorefs;
    exports org.fdstorefs.exec;
    exports org.fdstorefs.internal to
            org.fdstorefs.cli,
            org.fdstorefs.fuse,
            org.fdstorefs.guard;
}
