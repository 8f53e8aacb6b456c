// SPDX-License-Identifier: Apache-2.0

/** The command {@code fdstore}. */
@SuppressWarnings("requires-automatic")
module org.fdstorefs.cli {
    requires com.sun.jna;
    requires static org.jspecify;
    requires info.picocli;
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;
    requires org.fdstorefs;
    requires org.fdstorefs.guard;
    requires org.fdstorefs.fuse;
    requires org.slf4j;

    opens org.fdstorefs.cli to
            info.picocli;

    provides ch.qos.logback.classic.spi.Configurator with
            org.fdstorefs.cli.LogConfiguration;
}
