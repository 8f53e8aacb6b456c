# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
# What both boots of the guest share. Sourced, never run.

# shellcheck source=../../../lib/tap.sh
source /stage/tap.sh

export DEBIAN_FRONTEND=noninteractive
# Who copies commands from the documentation says yes.
echo 'APT::Get::Assume-Yes "true";' >/etc/apt/apt.conf.d/99yes
packages=(fdstorefs-dkms fdstore libfdstorefs-java fdstorefs-dev)
store=/run/fdstore

# Run apt-get, of which all that it says is kept.
apt() { # LOG ARG...
    local log=/out/$1.log
    shift
    SECONDS=0
    apt-get -y "$@" </dev/null >"$log" 2>&1 || { sed 's/^/# /' "$log" && return 1; }
    echo "# apt-get $1: $SECONDS s"
}

# Run a block of the documentation, as who copies it: NAME is that of "installed NAME" there.
block() { # NAME [DIRECTORY]
    local log=/out/block-$1.log
    SECONDS=0
    (cd "${2:-/root}" && bash -ex "/stage/blocks/$1") </dev/null >"$log" 2>&1 || { sed 's/^/# /' "$log" && return 1; }
    echo "# block $1: $SECONDS s"
}

loaded() { [[ -d /sys/module/fdstorefs ]]; }
not() { ! "$@"; }

mounted() { # DIRECTORY
    grep -q " $1 fdstorefs " /proc/self/mounts || { sed 's/^/# /' /proc/self/mounts && return 1; }
}

# Ask the web server, as somebody who waits as long as it takes.
page() {
    exec {web}<>/dev/tcp/127.0.0.1/8080 || return
    printf 'GET /page HTTP/1.0\r\n\r\n' >&"$web"
    timeout 60 tail -n 1 <&"$web"
    exec {web}>&-
}

answers() { same hello "$(page)"; }
