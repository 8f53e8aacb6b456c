# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
# Boot a guest for one command or a shell. Sourced after common.sh, images.sh and qemu.sh.
# Its settings are the variables of the options: $limit $memory $cpus $out $root $disk $accelerator $stages[] $parameters[] and
# $module.

# Fill the directory by which this run comes into the guest; guest/session says what it holds.
fill_share() { # DIR SHELL [CMD...]
    local dir=$1 shell=$2 rows=24 columns=80
    shift 2
    install -m 755 "$here/guest/session" "$dir/session"
    [[ -z $module ]] || cp "$module" "$dir/fdstorefs.ko"
    [[ -z $shell ]] || read -r rows columns < <(stty size)
    cat >"$dir/settings" <<END
limit=$limit
stages=${#stages[@]}
shell=$shell
rows=$rows
columns=$columns
terminal=${TERM:-dumb}
END
    (($# == 0)) || printf '%s\0' "$@" >"$dir/command"
}

describe_machine() { # KERNEL-DIR SHARE
    local initramfs accel rootfs number
    initramfs=$(initramfs_image "$1" "$architecture")
    accel=$accelerator
    if [[ -z $accel && $architecture == amd64 ]]; then
        accel=$("$here/lib/accel" "$1" "$initramfs")
    fi
    accel=${accel:-tcg}
    if [[ -e $1/root.squashfs ]]; then
        qemu_boot "$1" "$initramfs" "$accel" "$cpus" "$memory" vm.system "${parameters[@]}"
        qemu_disk "$1/root.squashfs"
        qemu_writable_disk "${disk:-$2.disk}"
    else
        rootfs=${root:-$(rootfs_image "$architecture")}
        qemu_boot "$1" "$initramfs" "$accel" "$cpus" "$memory" "${parameters[@]}"
        qemu_disk "$rootfs"
        qemu_disk "$1/modules.squashfs"
    fi
    qemu_share vm "$2" ro
    qemu_share out "$out"
    for number in "${!stages[@]}"; do
        qemu_share "stage$number" "${stages[number]}" ro
    done
    qemu+=(-serial "file:${out//,/,,}/console.log")
}

# QEMU 7.2 with a thread for each processor now and then executes the breakpoint by which a kernel
# guards an instruction that it is patching (static keys, tracepoints; those of our module, too). Such a
# breakpoint is inside a function. What it is not for us to hide is a jump into the padding behind one,
# which consists of the same instruction.
emulator_failed() {
    local offset size
    grep -q 'Oops: int3' "$out/console.log" || return
    while read -r offset size; do
        ((offset <= size)) || return
    done < <(sed -nE '/Oops: int3/,/RIP: /s|.*RIP: [0-9]+:[^ ]*\+(0x[0-9a-f]+)/(0x[0-9a-f]+).*|\1 \2|p' "$out/console.log")
}

# Run CMD in a guest: its output is ours, live, and the exit status is the judge's.
run_command() { # KERNEL-DIR CMD [ARG...]
    local kernel=$1 keep=$out share guest file streams=() status=0 verdict=0
    shift
    share=$(mktemp -d "${TMPDIR:-/tmp}/fdstorefs-vm.XXXXXX")
    out=${out:-$share/out}
    mkdir -p "$out" "$share/in"
    out=$(realpath "$out")
    rm -f "$out"/{rc,dmesg.txt,qemu.log}
    [[ ! -e $disk ]] || cp --sparse=always "$disk" "$share/disk-before"
    for file in stdout.txt stderr.txt console.log; do
        : >"$out/$file"
    done

    fill_share "$share/in" '' "$@"
    describe_machine "$kernel" "$share/in"

    timeout -k 5 "$limit" "${qemu[@]}" </dev/null >"$out/qemu.log" 2>&1 &
    guest=$!
    # shellcheck disable=SC2064 # as they are now
    trap "kill $guest 2>/dev/null || true; rm -rf '$share'" EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    tail -n +1 -s 0.1 -f --pid="$guest" "$out/stdout.txt" &
    streams+=($!)
    tail -n +1 -s 0.1 -f --pid="$guest" "$out/stderr.txt" >&2 &
    streams+=($!)
    wait "$guest" || status=$?
    wait "${streams[@]}" || true

    "$here/lib/judge" "$out" "$status" "$limit" "$meant_to_end" || verdict=$?
    if ((verdict == 71)) && [[ -z ${tcg_threads:-} ]] && emulator_failed; then
        say 'QEMU ran code that the kernel was just changing, which real processors do not do;'
        say 'once more, with all processors on one thread'
        trap - EXIT
        if [[ -n $disk ]]; then # as it was before
            rm -f "$disk"
            [[ ! -e $share/disk-before ]] || mv "$share/disk-before" "$disk"
        fi
        rm -rf "$share"/in*
        tcg_threads=single
        run_command "$kernel" "$@"
        return
    fi
    if [[ -z $keep && $verdict =~ ^(70|71|124)$ ]]; then
        trap - EXIT
        rm -rf "$share"/in*
        say "the guest's logs are kept in $out"
    fi
    return "$verdict"
}

# A shell in a guest, on this terminal.
run_shell() { # KERNEL-DIR
    local share
    [[ -t 0 ]] || die 'a shell needs a terminal'
    [[ $architecture == amd64 ]] || die "a guest of $architecture has one console only, so no shell; use run"
    share=$(mktemp -d "${TMPDIR:-/tmp}/fdstorefs-vm.XXXXXX")
    # shellcheck disable=SC2064 # as it is now
    trap "stty '$(stty -g)'; rm -rf '$share'" EXIT
    mkdir -p "$share/in" "${out:=$share/out}"
    fill_share "$share/in" 1
    describe_machine "$1" "$share/in"
    qemu+=(-chardev 'stdio,id=terminal,signal=off' -serial chardev:terminal)
    "${qemu[@]}" || true
}
