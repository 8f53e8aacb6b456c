// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/** What tells the processes, and the private directories, of one guard from those of others. */
record Token(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    Token {
        requireNonNull(value, "token is null");
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a token has up to 64 letters, digits, dots, dashes and underscores, unlike \"" + value + "\"");
        }
    }

    /** As a process has it in its environment. */
    String variable() {
        return Remains.VARIABLE + "=" + value;
    }
}
