# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # the directories are for who sources this
# To be sourced by a workload, which is started as: NAME DIRECTORY REFERENCE SEED
# It works in DIRECTORY, which it makes and removes, does the same in REFERENCE where there is something
# to compare, and prints "done N" after N more operations. Exit status: 0, 3 if data differ, or whatever an
# operation that failed ended with.
set -euo pipefail
export LC_ALL=C.UTF-8 HOME=/nonexistent

here=$(dirname "$(realpath "$0")")
directory=$1 reference=$2 seed=$3
RANDOM=$seed

failed_at() { echo "failed with $1 in line $2: $3"; }
trap 'failed_at $? $LINENO "$BASH_COMMAND"' ERR

# Whether the file system is known not to have something: "links" (how many a file has), or "times" (one of the two set,
# and not the other).
lacks() { [[ " ${SOAK_LACKS:-} " == *" $1 "* ]]; }

done_more() { echo "done $1"; }

# Run a command, which is one operation.
do_one() {
    "$@"
    done_more 1
}

# Run one for comparison: that is a sign of life, but does not count.
do_elsewhere() {
    "$@"
    done_more 0
}

# The two files or texts must be the same.
same() { # WHAT A B
    cmp "$2" "$3" || {
        echo "$1 differs"
        diff "$2" "$3" 2>/dev/null | head -n 10 || true
        exit 3
    }
}
