#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The soak, to be run as root in a guest with the module loaded: real programs use a mount while its
# servers are killed. Beside this directory are the jars (java/), the C server (libfuse/), and what guards need (guard/).
#   run.sh c|java [--workers N] [OPTION...]     OPTION: of org.fdstorefs.soak.Soak
#   run.sh guard SERVER [OPTION...]             a server of guard/servers.d under its guard
#   run.sh plain SERVER [OPTION...]             the same without: nothing is killed, each workload does one round
#   run.sh stand-in [OPTION...]                 the C server under something that only talks like a guard
# The last line is the result; exit status 1 if anything failed, differed, hung or was left behind.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
source "$here/java.sh"

kind=${1:?which server: c, java, guard SERVER, plain SERVER or stand-in}
# A mount namespace of its own, in which there are more servers.
if [[ $kind == guard || $kind == plain ]] && [[ ${SOAK_NAMESPACE:-} != own ]]; then
    exec env SOAK_NAMESPACE=own unshare --mount bash "$0" "$@"
fi
shift
name=''
if [[ $kind == guard || $kind == plain ]]; then
    name=${1:?which server}
    shift
fi
workers=() options=()
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
guard | plain)
    # shellcheck source=../../guard/guest/recipe.sh
    source "$here/../guard/recipe.sh"
    load_recipe "$name"
    use_fuse_servers
    prepare
    export SOAK_LACKS=$lacks
    options=("${soak_options[@]}")
    [[ " $* " == *' --workloads '* ]] || options+=(--workloads "$workloads")
    if [[ $kind == guard ]]; then
        prepare_fdstore "$here/.." "$work"
        server=("$guard/guarded" "$name")
    else
        server=("$guard/plain" "$name")
        set -- --kills 0 --standbys 0 --ready 0 "$@"
    fi
    ;;
stand-in) server=("$here/../guard/stand-in" "$here/../libfuse/mirror") ;;
*)
    echo "no such server: $kind" >&2
    exit 2
    ;;
esac

# Everybody waits for the server, and what is measured must not be who gets a processor: both have precedence.
status=0
"${java[@]}" -XX:ThreadPriorityPolicy=1 -Djdk.lang.Process.launchMechanism=VFORK org.fdstorefs.soak.Soak \
    --source "$source" --mount "$mount" --store "$store" \
    --reference "$reference" --scripts "$here" "${options[@]}" "$@" -- \
    nice -n -10 "${server[@]}" "${workers[@]}" || status=$?
((status != 2)) || exit 2

# The mirrored directory is as it was: whatever a server had to remember about it is gone.
[[ $name ]] || left() { ls -A "$source"; }
if ((status == 0)) && [[ -n $(left || true) ]]; then
    echo '! left in the mirrored directory:'
    find "$source" | head -n 20
    status=1
fi
umount -l "$mount" 2>/dev/null || true
umount "$store" "$source" "$reference"
rm -r "$work"
exit "$status"
