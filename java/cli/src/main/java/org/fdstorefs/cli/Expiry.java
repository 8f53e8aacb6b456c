// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fdstorefs.Fd;

/** A time as people write it, and a timer for it. */
final class Expiry {
    private static final Pattern SECONDS = Pattern.compile("(@?)([0-9]{1,10}(?:\\.[0-9]{1,9})?)");
    private static final Pattern ZONED = Pattern.compile(".*(Z|[+-][0-9]{2}(:?[0-9]{2})?)");

    private Expiry() {}

    /**
     * A timer that is ready after {@code SECONDS}, or at {@code @SECONDS} since 1970, or at a date and a time.
     *
     * @return to be closed by the caller
     * @throws UsageException if that is no time
     */
    static Fd timer(String text) throws IOException {
        Matcher seconds = SECONDS.matcher(text);
        if (!seconds.matches()) {
            return Fd.timerfd(date(text));
        }
        BigDecimal number = new BigDecimal(seconds.group(2));
        BigDecimal whole = number.setScale(0, RoundingMode.DOWN);
        Duration time = Duration.ofSeconds(
                whole.longValue(), number.subtract(whole).movePointRight(9).longValue());
        if (!seconds.group(1).isEmpty()) {
            return Fd.timerfd(Instant.EPOCH.plus(time));
        } else if (time.isZero()) {
            throw new UsageException("--expire: nothing can expire after 0 seconds");
        }
        return Fd.timerfd(time);
    }

    /** A date and a time, in the time zone of this machine if it has none. */
    static Instant date(String text) {
        String iso = text.replaceFirst("^([0-9-]{10}) ", "$1T");
        try {
            return ZONED.matcher(iso.substring(Math.min(11, iso.length()))).matches()
                    ? OffsetDateTime.parse(iso).toInstant()
                    : LocalDateTime.parse(iso).atZone(ZoneId.systemDefault()).toInstant();
        } catch (DateTimeException e) {
            throw new UsageException(
                    "--expire: not a time: '" + text
                            + "'; give seconds (90), seconds since 1970 (@1790000000), or a date and a time"
                            + " (2026-11-30T18:00:00Z; without Z or an offset, of this machine's time zone)",
                    e);
        }
    }
}
