// SPDX-License-Identifier: Apache-2.0

/**
 * Puts open file descriptions into an fdstorefs, a Linux pseudo filesystem whose files hold them,
 * and gets them out again.
 *
 * <p>Native calls go through java.lang.foreign on Java 22 and later, else through JNA, as do a few functions of the C
 * library anywhere. The system property {@code org.fdstorefs.native} with the value {@code jna} makes all of them go
 * through JNA. Start the JVM with {@code --enable-native-access=org.fdstorefs,com.sun.jna} (or {@code ALL-UNNAMED} on the
 * class path) to spare JDK 24 and later their warning.
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
