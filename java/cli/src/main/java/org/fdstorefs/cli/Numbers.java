// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.math.BigDecimal;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Numbers in arguments, and the messages for what is not a number. */
final class Numbers {
    private static final int LONGEST = 30;

    private Numbers() {}

    /** Has a command and its subcommands read numbers this way. */
    static void register(CommandLine commandLine) {
        commandLine.registerConverter(Integer.class, Numbers::toInteger);
        commandLine.registerConverter(Long.class, Numbers::toLong);
        commandLine.registerConverter(BigDecimal.class, Numbers::toDecimal);
    }

    private static Integer toInteger(String text) {
        long number = toLong(text);
        if (number != (int) number) {
            throw new TypeConversionException("too large a number: '" + text + "'");
        }
        return (int) number;
    }

    private static Long toLong(String text) {
        if (!text.matches("[+-]?[0-9]{1,18}")) {
            throw notANumber("a whole number", text);
        }
        return Long.valueOf(text);
    }

    private static BigDecimal toDecimal(String text) {
        // The shape first: of an exponent like e999999999 no arithmetic would ever end.
        if (text.length() > LONGEST || !text.matches("-?[0-9]*\\.?[0-9]+")) {
            throw notANumber("a number", text);
        }
        return new BigDecimal(text);
    }

    private static TypeConversionException notANumber(String what, String text) {
        return new TypeConversionException("not " + what + ": '" + text + "'");
    }
}
