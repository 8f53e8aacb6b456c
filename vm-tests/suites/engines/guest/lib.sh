# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the tests of all engines share. Sourced by each, whose tests are functions test_*; run_tests is its last line.
# A container is named by the test, and has $work/NAME as its /shared.
set -uo pipefail

here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source=../../../lib/tap.sh
source "$here/tap.sh"
engine=$(basename "$0")
work=/tmp/engines
log=/out/$engine.log
patience=180 # seconds, for what must come: the machine may be busy, and is emulated

declare -A pipes

# The directory that a container has as /shared, and in it the pipe by which its main process tells of its starts.
place() { # CONTAINER...
    local name fd
    for name; do
        mkdir -p "$work/$name"
        mkfifo -m 666 "$work/$name/starts"
        # open for writing here, too, so that it never ends
        exec {fd}<>"$work/$name/starts"
        pipes[$name]=$fd
    done
}

# Await a start of the container's main process, which says what it has found: new, or kept.
starts() { # CONTAINER WHAT
    local line
    read -r -t "$patience" -u "${pipes[$1]}" line || { echo "# $1 does not start" && return 1; }
    same "$2" "$line"
}

# Wait for a state whose coming no event tells.
eventually() { # COMMAND...
    local end=$((SECONDS + patience))
    until "$@"; do
        ((SECONDS < end)) || { echo "# not within $patience seconds: $*" && return 1; }
        sleep 0.2
    done
}

not() { ! "$@"; }

quietly() { "$@" >>"$log" 2>&1; }

systemd_is_there() { [[ -d /run/systemd/system ]]; }

stores() { ls /sys/fs/fdstorefs; }

# What the administrator sees of all stores, a line each.
value_of() { # KEY
    sed -n "s/^$1 //p" /sys/fs/fdstorefs/*
}

stores_are() { [[ $(stores | wc -l) == "$1" ]]; }

no_store() { stores_are 0; }

nothing_left() { no_store && [[ $(</sys/module/fdstorefs/refcnt) == 0 ]]; }

# The anchor of the only store that there is.
anchor_is() { # ANCHOR
    same "$1" "$(value_of anchor)"
}

gone() { # PID
    ! grep -q '^State:[[:space:]]*[^ZX]' "/proc/$1/status" 2>/dev/null
}

# No zombie either: whoever is its parent has seen it end.
reaped() { # PID
    [[ ! -e /proc/$1 ]]
}

# Run a block of docs/containers.md, as somebody who copies it. $shared, if there is any, are the options by which a
# container of it gets the test's directory.
block() { # NAME
    local text
    text=$(<"$here/blocks/$1")
    [[ -z ${shared:-} ]] || text=${text// my-server/ $shared my-server}
    bash -ex -c "$text" >>"$log" 2>&1
}

# Put a block that is a file of the configuration where it belongs.
install_block() { # NAME FILE
    mkdir -p "$(dirname "$2")"
    cp "$here/blocks/$1" "$2"
}

# A daemon, in the background; what it says is kept.
daemon() { # COMMAND...
    "$@" </dev/null >>"/out/$(basename "$1").log" 2>&1 &
    echo $! >"/run/$(basename "$1").test"
    disown
}

# So that those of the next engine are its own.
stop_daemons() {
    local file
    for file in /run/*.test; do
        [[ -e $file ]] || continue
        kill "$(<"$file")" 2>/dev/null || true
        eventually gone "$(<"$file")"
        rm "$file"
    done
}

# Which ids of the machine a user may give to containers.
may_give_ids() { # USER FIRST COUNT
    echo "$1:$2:$3" | tee /etc/subuid >/etc/subgid
}

# Overlays do not go on overlays.
room() { # DIRECTORY...
    local directory
    for directory; do
        mkdir -p "$directory"
        mountpoint -q "$directory" || mount -t tmpfs tmpfs "$directory"
    done
}

# What systemd does where it is the first program.
prepare() {
    local controllers
    : >"$log"
    modprobe -a fuse overlay tun
    # as udev does
    chmod 666 /dev/fuse /dev/net/tun
    mountpoint -q /sys/kernel/security || mount -t securityfs securityfs /sys/kernel/security
    room /var/lib/{containers,docker,containerd,lxc,incus}
    ! systemd_is_there || return 0
    mount --make-rshared /
    read -r controllers </sys/fs/cgroup/cgroup.controllers
    # A cgroup with controllers has no processes.
    mkdir -p /sys/fs/cgroup/all
    xargs -n 1 </sys/fs/cgroup/cgroup.procs | while read -r pid; do
        echo "$pid" >/sys/fs/cgroup/all/cgroup.procs || true
    done 2>/dev/null
    echo "+${controllers// / +}" >/sys/fs/cgroup/cgroup.subtree_control
}

tell() { # LINE COMMAND
    echo "# line $1: $2"
    tail -n 20 "$log" | sed 's/^/# /'
    declare -F describe >/dev/null && describe 2>&1 | sed 's/^/# /'
}

# Whatever has become of a test, it must not be in the way of the next.
clean_up() {
    local store
    clean >>"$log" 2>&1 || true
    eventually no_store || for store in /sys/fs/fdstorefs/*; do
        echo drain >"$store" || true
    done
    rm -rf "${work:?}"
}

run_test() { # TEST
    shopt -s nullglob
    trap clean_up EXIT
    trap 'tell "$LINENO" "$BASH_COMMAND"' ERR
    set -eE
    mkdir -p "$work"
    "test_$1"
}

# Those that $short names, if $SHORT is set. After `up`, which starts the engine, once; each test is followed by the engine's `clean`.
run_tests() { # [TEST...]
    local test begin
    # shellcheck disable=SC2046,SC2086 # words
    if [[ -n ${SHORT:-} && -n ${short:-} ]]; then set -- $short; fi
    # shellcheck disable=SC2046
    (($# > 0)) || set -- $(sed -n 's/^test_\([a-z_]*\)() {.*/\1/p' "$0")
    prepare
    # A status that is asked for by || would have set -e do nothing.
    (set -e; up)
    # shellcheck disable=SC2181
    (($? == 0)) || { echo "Bail out! $engine does not start" && tail -n 40 "$log" | sed 's/^/# /' && exit 1; }
    for test; do
        begin=$SECONDS
        (run_test "$test")
        check "$engine.$test" test $? = 0
        echo "# $((SECONDS - begin)) s"
    done
    check "$engine.nothing_is_left" eventually nothing_left
    stop_daemons
    finish
}
