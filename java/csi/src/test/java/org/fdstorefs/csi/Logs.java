// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** Logs of tests. */
final class Logs {
    static final Instant TIME = Instant.parse("2026-11-30T12:00:00.123456Z");

    private Logs() {}

    static Log none() {
        return new Log(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8), Clock.systemUTC());
    }

    static Log to(ByteArrayOutputStream bytes) {
        return new Log(new PrintStream(bytes, true, UTF_8), Clock.fixed(TIME, ZoneOffset.UTC));
    }
}
