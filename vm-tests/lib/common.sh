# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What every host-side script shares: where things are, how to talk, how a cached artefact is made.
# Sourced, never run.

set -euo pipefail
shopt -s inherit_errexit # a failure inside $(...) ends that too
export PATH=$PATH:/usr/sbin:/sbin

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034 # for the scripts that source this
repo=$(dirname "$here")
cache=${FDSTOREFS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/fdstorefs}

say() { printf 'vm: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# The version of all parts.
version() { "$repo/packaging/version"; }

# The kernels that kernels/ describes: those that are supported, and the debug kernel.
kernels() { (cd "$here/kernels" && find . -type f ! -name supported -printf '%P\n' | sort -V | xargs); }
supported_kernels() { grep -v '^#' "$here/kernels/supported" | xargs; }

# What a kernel is, unless its description says something else: of which architecture, what make is told to build a module
# for it, and what this machine has to have for that.
# shellcheck disable=SC2034 # for who has asked
of_a_pc() { architecture=amd64 make_arguments=() more_packages=(); }
of_a_pc

# Read the description of kernel $1.
load_kernel() {
    [[ " $(kernels) " == *" $1 "* ]] || die "unknown kernel '$1' (known: $(kernels))"
    of_a_pc
    # shellcheck source=kernels/6.12
    source "$here/kernels/$1"
}

# A short hash of the standard input: the name of what is made from it.
key() { sha256sum | cut -c1-16; }

# Only one run at a time makes things in the cache; another waits for it.
lock_cache() {
    [[ -z ${FDSTOREFS_CACHE_LOCKED:-} ]] || return 0
    mkdir -p "$cache"
    exec {cache_lock}>"$cache/.lock"
    if ! flock -n "$cache_lock"; then
        say "waiting for another run that prepares the cache"
        flock "$cache_lock"
    fi
    export FDSTOREFS_CACHE_LOCKED=1
}

# Print the path $cache/KIND/NAME, which "COMMAND... TMP" makes if it is not there.
# TMP takes its place only when the command has succeeded, so nothing is ever half made.
# What no run has used for a week goes.
artefact() {
    local kind=$1 path=$cache/$1/$2 tmp
    shift 2
    if [[ ! -e $path ]]; then
        lock_cache
        tmp=$cache/$kind/.tmp.$$
        if [[ ! -e $path ]]; then
            mkdir -p "$cache/$kind"
            rm -rf "$cache/$kind"/.tmp.*
            find "$cache/$kind" -mindepth 1 -maxdepth 1 -mtime +7 -exec rm -rf {} +
            # not left to set -e, which does nothing for who is asked for by an if
            "$@" "$tmp" >&2 || die "$kind: not made"
            mv -T "$tmp" "$path"
        fi
    fi
    touch -c "$path"
    printf '%s\n' "$path"
}

# Print the newest package whose name fits PATTERN.
newest_package() { # 'SUITES' PATTERN
    local name newest=''
    while read -r name; do
        # shellcheck disable=SC2053 # a pattern
        [[ $name != $2 ]] || newest=$name
    done < <(
        # shellcheck disable=SC2086 # a list of words
        "$here/lib/apt" $1 -- apt-cache pkgnames "${2%%\**}" | sort -V
    )
    [[ -n $newest ]] || die "none of the packages of ${1// /, } is a $2"
    echo "$newest"
}

# Print NAMES, as apt takes them: of packages, perhaps with /SUITE. One with a * becomes the newest that fits.
names_for_apt() { # 'SUITES' 'NAMES'
    local names name pattern newest
    read -ra names <<<"$2"
    for name in "${names[@]}"; do
        pattern=${name%/*}
        if [[ $pattern == *'*'* ]]; then
            newest=$(newest_package "$1" "$pattern")
            name=${name/"$pattern"/"$newest"}
        fi
        echo "$name"
    done
}

# Download the packages that LIST (- for the standard input) has as "apt-get --print-uris" prints
# them to the current directory.
download() { # 'SUITES' LIST
    local debs=() file
    while read -r _ file _; do
        file=${file%_*.deb}
        file=${file//%3a/:}
        debs+=("${file/_/=}")
    done < <(grep -v '^#' -- "$2")
    # shellcheck disable=SC2086 # a list of words
    "$here/lib/apt" $1 -- apt-get -qq download "${debs[@]}"
}

# The files that decide what an artefact KIND becomes.
makers() { # KIND
    printf '%s\n' "$here/images/make-$1"*
    case $1 in
    rootfs | lintian) printf '%s\n' "$here/images/debian-root.sh" ;;
    engines) printf '%s\n' "$here/images/debian-root.sh" "$here/guest/vm-session.service" ;;
    system) printf '%s\n' "$here/images/"{debian-root,make-kernel-files}.sh "$here/guest/vm-session.service" ;;
    esac
}

# Print the path of the artefact KIND that "images/make-KIND 'SUITES' LIST TMP" makes of Debian packages.
# LIST, what apt would install for PACKAGES, with versions, is kept under the name NAME, without the
# packages whose names do not begin with PREFIX: the network is used only when there is nothing made
# of it, or to refresh.
debian_artefact() {
    local kind=$1 name=$2 suites=$3 packages=$4 prefix=${5:-}
    local list=$cache/resolved/$kind-$name asked="# $3: $4"
    # The licence of a maker changes nothing that it makes.
    name_of_list() {
        printf '%s-%s' "$name" "$(makers "$kind" | xargs -d '\n' cat "$list" | grep -v '^# SPDX-License-Identifier: ' | key)"
    }
    made() { [[ -e $list && $(head -n 1 "$list") == "$asked" && -e $cache/$kind/$(name_of_list) ]]; }
    resolve() {
        local names
        echo "$asked"
        # shellcheck disable=SC2086 # lists of words
        "$here/lib/apt" $suites -- apt-get -qq update
        names=$(names_for_apt "$suites" "$packages")
        # shellcheck disable=SC2086
        "$here/lib/apt" $suites -- apt-get -qq -y --print-uris install $names |
            awk -v prefix="$prefix" 'index($2, prefix) == 1'
    }
    if [[ -n ${FDSTOREFS_REFRESH:-} ]] || ! made; then
        lock_cache
    fi
    if [[ -n ${FDSTOREFS_REFRESH:-} ]] || ! made; then
        say "$kind $name: looking up packages of ${suites// /, }"
        mkdir -p "$cache/resolved"
        resolve >"$list.tmp"
        mv "$list.tmp" "$list"
    fi
    artefact "$kind" "$(name_of_list)" "$here/images/make-$kind" "$suites" "$list"
}
