// SPDX-License-Identifier: Apache-2.0

/** The command {@code fdstore}. */
@SuppressWarnings("requires-automatic")
module org.fdstorefs.cli {
    requires com.sun.jna;
    requires info.picocli;
    requires org.fdstorefs;

    opens org.fdstorefs.cli to
            info.picocli;
}
