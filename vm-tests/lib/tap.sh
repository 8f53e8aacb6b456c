# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The least that a test script needs to speak TAP. Sourced.

count=0 failures=0

check() { # NAME CONDITION...: a command that holds
    local name=$1
    shift
    count=$((count + 1))
    if "$@"; then
        echo "ok $count - $name"
    else
        echo "not ok $count - $name"
        failures=$((failures + 1))
    fi
}

# Are they the same? Tells if not.
same() { # EXPECTED ACTUAL
    [[ $1 == "$2" ]] || { printf '# expected: %s\n# but was:  %s\n' "${1//$'\n'/$'\n'#     }" "${2//$'\n'/$'\n'#     }" && false; }
}

contains() { # TEXT PART
    [[ $1 == *"$2"* ]] || { printf '# not found: %s\n# in: %s\n' "$2" "${1//$'\n'/$'\n'#     }" && false; }
}

# What a checker has found, as a comment. True if it is nothing.
nothing_in() { # FILE
    sed 's/^/# /' "$1"
    [[ ! -s $1 ]]
}

finish() {
    echo "1..$count"
    ((failures == 0)) || exit 1
}
