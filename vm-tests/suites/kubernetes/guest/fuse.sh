# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
# The FUSE server of docs/kubernetes.md and a pod that uses its mount. Sourced after cluster.sh.

shared=/var/lib/mirror

fuse_mounted() { grep -q " $shared/mount fuse" /proc/mounts; }
no_fuse_mount() { ! grep -q ' fuse' /proc/mounts; }

start_mirror() {
    mkdir -p "$shared" /srv/data
    # The root of the guest, an overlay, has no file handles.
    mount -t tmpfs tmpfs /srv/data
    block /stage/kubernetes.md 'yaml in vm-tests/suites/kubernetes/guest/fuse.sh' | run_pod default
    until_done fuse_mounted
    run_pod default </stage/consumer.yaml
    until_done test -e "$shared/begun"
}

# How many operations of the consumer have been done, and how many of them failed.
mirror_is_killed() { # TIMES
    local pid operations failed
    for _ in $(seq "$1"); do
        pid=$(pid_of default mirror)
        kill -9 "$pid"
        until_done lives_again "$pid" default mirror
        # Whoever asks waits until the server answers.
        cat "$shared/mount/probe" >/dev/null || return
    done
    touch "$shared/stop"
    until_done test -e "$shared/result"
    read -r operations failed <"$shared/result"
    echo "# $operations operations, $failed failed"
    ((operations > 0 && failed == 0))
}

no_operation_fails_while_a_fuse_server_is_killed() {
    echo probe >/srv/data/probe
    mirror_is_killed 3
}

a_fuse_server_that_is_deleted_leaves_no_mount() {
    delete_pod default consumer
    until_done gone default consumer
    delete_pod default mirror
    until_done gone default mirror
    until_done no_store
    no_mount && no_fuse_mount
}
