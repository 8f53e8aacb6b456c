# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Containers whose FUSE server is killed, and those whose FUSE server is gone. Sourced after lib.sh and the engine's own;
# $docker is the engine's command.

kills=${KILLS:-5}

# Where the server's mount is to be seen, on a file system whose files can be opened by handle.
lay_out() {
    room /srv
    rm -rf /srv/mirror
    mkdir -p /srv/mirror/data /srv/mirror/mount
    place client
    chmod 777 "$work/client" /srv/mirror/data
}

written() { cat /srv/mirror/data/log 2>/dev/null | wc -l; }

has_written() { # MORE-THAN
    (($(written) > $1))
}

# Which process is the server.
server() { "$docker" inspect --format '{{.State.Pid}}' server; }

another_server_than() { # PID
    local now
    now=$(server)
    [[ $now != 0 && $now != "$1" ]]
}

# The next server answers what its predecessor has left.
survives_a_kill() {
    local before pid begin=$SECONDS
    pid=$(server)
    kill -KILL "$pid"
    before=$(written)
    eventually has_written $((before + 5))
    eventually another_server_than "$pid"
    echo "# $((SECONDS - begin)) s until it went on"
}

# Nobody has noticed: everything was written, once, in its order.
nothing_failed() {
    local written
    quietly "$docker" rm --force client
    written=$(written)
    echo "# $written operations"
    [[ ! -s $work/client/failures ]]
    same "$(seq "$written")" "$(cat /srv/mirror/data/log)"
}

end_mirror() {
    umount /srv/mirror/mount
    quietly "$docker" wait server
}

# A client waits for its answer and there is no server; only the store has the connection.
start_hanging() {
    place web
    share web
    # shellcheck disable=SC2086 # options
    quietly "$docker" run --detach --name web --user 0 --device fdstorefs.org/store=private --device /dev/fuse \
        --cap-add SYS_ADMIN --security-opt apparmor=unconfined $shared my-server \
        sh -c 'entry fuse /run/fdstore/connection /mnt && echo hangs >/shared/starts && while :; do sleep 1000; done'
    starts web hangs
    hanging=$("$docker" inspect --format '{{.State.Pid}}' web)
    mapfile -t hanging < <(pgrep --ns "$hanging" --nslist pid .)
    echo "# processes: ${hanging[*]}"
    ((${#hanging[@]} >= 3)) # the main process, the client, sleep
}

all_reaped() {
    local pid
    for pid in "${hanging[@]}"; do
        reaped "$pid" || return
    done
}
