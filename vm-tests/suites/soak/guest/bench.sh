#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# In the guest: how long it takes from the SIGKILL of a server to the first answer of the next one, when a
# supervisor starts it (cold), and when it has stood by already (warm).
#   bench.sh [KILLS]
set -euo pipefail
here=$(dirname "$(realpath "$0")")
source "$here/java.sh"
kills=${1:-20}

work=$(mktemp -d /tmp/bench.XXXXXX)
source=$work/source mount=$work/mount store=$work/store
mkdir "$source" "$mount" "$store"
[[ -e /dev/fuse ]] || modprobe fuse
mount -t tmpfs source "$source"
prepare_java "$here/../java" "$work/classes"
train_java "$source" "$mount"

bench() { # NAME SUPERVISORS SERVER-COMMAND...
    local name=$1 supervisors=$2
    shift 2
    mount -t fdstorefs bench "$store"
    "${java[@]}" org.fdstorefs.soak.TakeoverBench --name "$name" --source "$source" --mount "$mount" --store "$store" \
        --supervise "$here/supervise" --supervisors "$supervisors" --kills "$kills" -- "$@"
    umount "$store"
}

if [[ -x $here/../libfuse/mirror ]]; then
    bench c-cold 1 "$here/../libfuse/mirror"
    bench c-warm 2 "$here/../libfuse/mirror"
fi
bench java-cold 1 "${java_server[@]}" "${java_serve[@]}"
bench java-warm 2 "${java_server[@]}" "${java_serve[@]}"
umount "$source"
rm -r "$work"
