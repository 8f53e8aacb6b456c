#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The demonstration: a FUSE server is killed, without a store and with one. To be run as root in a
# guest with the module loaded. The jars are in $1 (default: java/ beside this directory); $KILLS is
# how many servers are killed.
set -euo pipefail

# shellcheck source=../../soak/guest/java.sh
source "$(dirname "$(realpath "$0")")/../soak/java.sh"
jars=$(realpath "${1:-$(dirname "$0")/../java}")
kills=${KILLS:-20}
work=/tmp/demo
source=$work/source mount=$work/mount store=$work/store
[[ -e /dev/fuse ]] || modprobe fuse
mkdir "$work" "$source" "$mount" "$store"

prepare_java "$jars" "$work/classes"
serve=("${java_serve[@]}" --source "$source" --mount "$mount")

say() { printf '\n%s\n' "$*"; }
note() { printf '  # %s\n' "$*"; }
show() {
    printf '  $ %s\n' "$*"
    "$@" 2>&1 | sed 's/^/  /' || true
}

# Start a server and wait until it serves; its process is $server.
start_server() { # COMMAND...
    local line
    mkfifo "$work/events"
    "$@" >"$work/events" &
    server=$!
    exec {events}<"$work/events"
    rm "$work/events"
    while read -r line <&"$events"; do
        [[ $line != serving* ]] || return 0
    done
    say 'the server did not start'
    return 1
}

# Wait until a process sleeps in a FUSE request.
await_hanging() { # PID
    until grep -q request_wait_answer "/proc/$1/stack"; do
        kill -0 "$1" || return 1
    done
}

say "A FUSE server written in Java shows $source at $mount, and gets killed. Kernel $(uname -r)"

say '1. Without a store: the mount dies with its server.'
train_java "$source" "$mount"
start_server "${java_server[@]}" "${serve[@]}"
echo 'hello, world' >"$mount/hello"
show cat "$mount/hello"
note 'kill -9 the server'
kill -9 "$server"
wait "$server" 2>/dev/null || true
show cat "$mount/hello"
umount "$mount"

say "2. With a store: each server puts its connection and its state into an fdstorefs, where the next one, which already
   waits, gets them and answers what was left behind. $kills servers are killed with SIGKILL, while two threads write,
   compare, rename, link, list and remove files through the mount, as fast as they can."
show mount -t fdstorefs demo "$store"
failed=0
"${java[@]}" org.fdstorefs.soak.Soak --source "$source" --mount "$mount" --store "$store" --then kill \
    --kills "$kills" --interval 100..400 --standbys 1 --hang 180 -- "${java_server[@]}" "${java_serve[@]}" || failed=1

say '3. Nobody serves any more, and still nothing has failed: whoever asks waits. The store has what
   is needed to go on:'
show find "$store" -type f
stat "$mount/hello" >"$work/client" 2>&1 &
client=$!
await_hanging "$client"
note "stat $mount/hello waits. Without its entry the connection is closed for good:"
show rm -r "$store/session"
wait "$client" || true
sed 's/^/  /' "$work/client"
umount "$mount"
umount "$store"
show rmmod fdstorefs
rm -r "$work"

if ((failed)); then
    say 'RESULT: FAILED'
else
    say "RESULT: ok. $kills servers were killed, and no program noticed."
fi
exit "$failed"
