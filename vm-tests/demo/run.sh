#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The demonstration: a FUSE server is killed, without a store and with one. To be run as root in a
# guest with the module loaded. The jars are in $1 (default: java/ beside this directory); $KILLS is
# how many servers are killed.
set -euo pipefail

jars=$(realpath "${1:-$(dirname "$0")/../java}")
kills=${KILLS:-20}
work=/tmp/demo
source=$work/source mount=$work/mount store=$work/store
[[ -e /dev/fuse ]] || modprobe fuse
mkdir "$work" "$source" "$mount" "$store"

# Starting Java is most of the work here. What the first server has loaded goes to an archive, which
# makes the others start faster; and they live too short for their code to be worth compiling.
archive=$work/classes
classpath=$(printf '%s:' "$jars"/*.jar)
java=(java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Xlog:disable
    -Djna.platform.library.path=/nonexistent -cp "$classpath")
with_archive=(-XX:SharedArchiveFile="$archive" -Xshare:auto)
serve=(org.fdstorefs.fuse.mirror.MirrorServer serve --source "$source" --mount "$mount")

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
start_server "${java[@]}" -XX:ArchiveClassesAtExit="$archive" "${serve[@]}" --warm-up
echo 'hello, world' >"$mount/hello"
show cat "$mount/hello"
umount "$mount"
wait "$server" || say "the server ended with $?"
start_server "${java[@]}" "${with_archive[@]}" "${serve[@]}"
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
"${java[@]}" "${with_archive[@]}" org.fdstorefs.fuse.demo.CrashDemo "$mount" "$kills" \
    "${java[@]}" "${with_archive[@]}" -Xint "${serve[@]}" --store "$store" || failed=1

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
