#!/bin/bash
# The demonstration, to be run as root in a guest with the module loaded: a FUSE server is killed, without a store and with one.
# The jars are in $1 (default: java/ beside this directory).
set -euo pipefail

jars=$(realpath "${1:-$(dirname "$0")/../java}")
kills=${KILLS:-25}
work=$(mktemp -d)
source=$work/source mount=$work/mount store=$work/store
mkdir "$source" "$mount" "$store"

java=(java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -cp "$jars/*")

say() { printf '\n%s\n' "$*"; }
show() { printf '  $ %s\n' "$*"; "$@" 2>&1 | sed 's/^/  /' || true; }

# Start a server and wait until it serves; its process is $server.
start_server() {
    mkfifo "$work/events"
    "${java[@]}" org.fdstorefs.fuse.mirror.MirrorServer serve --source "$source" --mount "$mount" "$@" \
        >"$work/events" &
    server=$!
    exec {events}<"$work/events"
    rm "$work/events"
    local line
    while read -r line <&"$events"; do
        [[ $line != serving* ]] || return 0
    done
    echo "the server did not start"
    return 1
}

# Wait until a process sleeps in a FUSE request.
await_hanging() { # PID
    until grep -q request_wait_answer "/proc/$1/stack"; do
        kill -0 "$1" || return 1
    done
}

echo "A FUSE server in Java shows $source at $mount, and gets killed with SIGKILL. Kernel $(uname -r)."

say '1. Without a store: the mount dies with its server.'
start_server
echo 'hello, world' >"$mount/hello"
show cat "$mount/hello"
echo "  # kill -9 the server"
kill -9 "$server"
wait "$server" 2>/dev/null || true
show cat "$mount/hello"
umount "$mount"

say "2. With a store: $kills servers are killed one after the other. Each had put its connection into an
   fdstorefs, where the next one, already waiting, gets it and answers what was left behind.
   Meanwhile two threads write, read back, rename, link, list and remove files through the mount."
show mount -t fdstorefs demo "$store"
failed=0
"${java[@]}" org.fdstorefs.fuse.demo.CrashDemo "$source" "$mount" "$store" "$kills" || failed=1

say '3. Nobody is left to serve. Whoever asks waits; what waits for whom is in the store:'
show find "$store" -type f
stat "$mount/hello" >"$work/client" 2>&1 &
client=$!
await_hanging "$client"
echo "  # a stat(1) of $mount/hello hangs. Removing the entry releases the connection:"
show rm -r "$store/session"
wait "$client" || true
sed 's/^/  /' "$work/client"
umount "$mount"
umount "$store"
show rmmod fdstorefs
[[ ! -e /sys/module/fdstorefs ]] || failed=1
rm -rf "$work"

if ((failed)); then
    say 'RESULT: FAILED'
else
    say "RESULT: ok. $kills servers were killed, and no program noticed."
fi
exit "$failed"
