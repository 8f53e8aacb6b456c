# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
# How a module is compiled. Sourced after common.sh and images.sh.

# A module's sources: nothing that a build leaves, nor the tests.
pack_sources() { # DIR
    tar -C "$1" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=a=rX,u+w \
        --exclude=./tests --exclude=./upstream --exclude='*.o' --exclude='*.ko' --exclude='*.mod' --exclude='*.mod.c' \
        --exclude='.*.cmd' --exclude=modules.order --exclude=Module.symvers -cf - .
}

# Build the module whose sources and Makefile are in DIR, an absolute path, and in DIR. HEADERS is what that takes as
# KDIR, relative to TREE, where all that it needs is. COMPILER is "host", this machine's own, or SUITE/COMPILER,
# that of a toolchain.
# All that is said is on stdout.
compile_module() { # COMPILER TREE HEADERS DIR [MAKE-ARGUMENT...]
    local compiler=$1 tree=$2 headers=$3 dir=$4 root
    shift 4
    set -- FDSTOREFS_VERSION="$(version)" "${make_arguments[@]}" "$@"
    if [[ $compiler == host ]]; then
        # Some make never ends when a compiler is too old for it.
        timeout -k 5 300 make -C "$dir" KDIR="$tree/$headers" "$@" 2>&1
    else
        root=$(toolchain "$compiler") || return
        in_toolchain "$root" "$tree" "$dir" \
            make -C /module KDIR="/kernel/$headers" "$@" 2>&1 | sed "s|/module/|$dir/|g"
    fi
}

# Run CMD in the root of a toolchain, with TREE as /kernel, read-only, and DIR as /module.
in_toolchain() { # TOOLCHAIN TREE DIR CMD [ARG...]
    local as_root=()
    [[ $(id -u) == 0 ]] || as_root=(--map-root-user)
    # shellcheck disable=SC2016 # the inner shell's
    timeout -k 5 300 unshare "${as_root[@]}" --mount --pid --fork --kill-child sh -c '
        set -e
        root=$1
        mount --bind -o ro "$2" "$root/kernel"
        mount --bind "$3" "$root/module"
        mount --bind /dev/null "$root/dev/null"
        mount -t proc proc "$root/proc"
        mount -t tmpfs tmpfs "$root/tmp"
        shift 3
        exec chroot "$root" env -i PATH=/usr/bin HOME=/tmp "$@"' in_toolchain "$@"
}

# What of the output of compile_module is ours to mend: not what the kernel's own headers provoke.
own_warnings() { # DIR
    grep -E -A5 "^(($1/)?[^/ ]+:[0-9]+:[0-9]+: warning:|WARNING)" || true
}
