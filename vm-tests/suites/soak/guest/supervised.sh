#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# In the guest: a server under docs/recipes/supervise, whose supervisor is killed, too. TAP.
#   supervised.sh SUPERVISE SERVER-COMMAND...
set -euo pipefail
source "$(dirname "$(realpath "$0")")/tap.sh"
supervise=$1
shift

work=$(mktemp -d /tmp/supervised.XXXXXX)
source=$work/source mount=$work/mount store=$work/store
mkdir "$source" "$mount" "$store"
[[ -e /dev/fuse ]] || modprobe fuse
mount -t tmpfs source "$source"
mount -t fdstorefs supervised "$store"
echo hello >"$source/file"

# What supervisors and servers say, whichever of them lives.
mkfifo "$work/events"
exec {events}<>"$work/events"

start_supervisor() { # COMMAND...; sets $supervisor
    "$supervise" "$@" --source "$source" --mount "$mount" --store "$store" --standby >&"$events" 2>&1 &
    supervisor=$!
}

heard() { # BEGINNING...: wait until there was a line with each of them, in any order
    local line beginning missing=("$@")
    while read -r -t 60 line <&"$events"; do
        for beginning in "${!missing[@]}"; do
            [[ $line != "${missing[beginning]}"* ]] || unset "missing[beginning]"
        done
        ((${#missing[@]})) || return 0
    done
    echo "# not heard: ${missing[*]}"
    return 1
}

# The server that serves, by its lease.
device=$(stat -c '%Hd %Ld' "$store" | { read -r major minor && printf '%02x:%02x:' "$major" "$minor"; })
server() { awk -v device="$device" '$2 == "FLOCK" && index($6, device) == 1 { print $5 }' /proc/locks; }

reads_hello() { [[ $(<"$mount/file") == hello ]]; }

"$@" --source "$source" --mount "$mount" --store "$store" >&"$events" 2>&1 &
mounter=$!
check 'a server serves' heard serving
start_supervisor "$@"
check 'a supervised one stands by' heard 'standing by'
kill -9 "$mounter"
check '... and takes over' heard 'took over'
check '... without a loss' reads_hello
kill -9 "$(server)"
check 'a server without a standby is started again' heard 'took over'
check '... without a loss' reads_hello

kill -9 "$supervisor"
wait "$supervisor" "$mounter" 2>/dev/null || true
orphan=$(server)
check 'a server goes on when its supervisor is killed' reads_hello
start_supervisor "$@"
first=$supervisor
check 'a supervisor that is started again adds a server that stands by' heard 'standing by'
check '... while the other one serves' same "$orphan" "$(server)"
kill -9 "$orphan"
check '... and which takes over' heard 'took over'
check '... without a loss' reads_hello

start_supervisor "$@"
second=$supervisor
check 'a second supervisor gives a warm standby' heard 'standing by'
kill -9 "$(server)"
check '... which takes over, while the dead one is followed by the next standby' heard 'took over' 'standing by'
check '... without a loss' reads_hello

umount "$mount"
check 'a supervisor ends when the file system is unmounted' wait "$first"
check '... the other one, too' wait "$second"
umount "$store" "$source"
rm -r "$work"
finish
