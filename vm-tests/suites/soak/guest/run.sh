#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The soak, to be run as root in a guest with the module loaded: real programs use a mount while its
# servers are killed. Beside this directory are the jars (java/) and the C server (libfuse/).
#   run.sh c|java [--workers N] [OPTION...]     OPTION: of org.fdstorefs.soak.Soak
# The last line is the result; exit status 1 if anything failed, differed, hung or was left behind.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
source "$here/java.sh"

kind=${1:?which server: c or java}
shift
workers=()
if [[ ${1:-} == --workers ]]; then
    workers=(--workers "$2")
    shift 2
fi

work=$(mktemp -d /tmp/soak.XXXXXX)
source=$work/source mount=$work/mount store=$work/store reference=$work/reference
mkdir "$source" "$mount" "$store" "$reference"
[[ -e /dev/fuse ]] || modprobe fuse
mountpoint -q /sys/fs/fuse/connections || mount -t fusectl fusectl /sys/fs/fuse/connections
mount -t tmpfs source "$source"
mount -t tmpfs reference "$reference"
mount -t fdstorefs soak "$store"
prepare_java "$here/../java" "$work/classes"

case $kind in
c) server=("$here/../libfuse/mirror") ;;
java)
    train_java "$source" "$mount"
    server=("${java_server[@]}" "${java_serve[@]}")
    ;;
*)
    echo "no such server: $kind" >&2
    exit 2
    ;;
esac

# Everybody waits for the server, and what is measured must not be who gets a processor: both have precedence.
status=0
"${java[@]}" -XX:ThreadPriorityPolicy=1 -Djdk.lang.Process.launchMechanism=VFORK org.fdstorefs.soak.Soak \
    --source "$source" --mount "$mount" --store "$store" \
    --reference "$reference" --scripts "$here" "$@" -- \
    nice -n -10 "${server[@]}" "${workers[@]}" || status=$?
((status != 2)) || exit 2

# The mirrored directory is as it was: whatever a server had to remember about it is gone.
if ((status == 0)) && [[ -n $(ls -A "$source") ]]; then
    echo '! left in the mirrored directory:'
    find "$source" | head -n 20
    status=1
fi
umount -l "$mount" 2>/dev/null || true
umount "$store" "$source" "$reference"
rm -r "$work"
exit "$status"
