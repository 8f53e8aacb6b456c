# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
# What of a kernel's files it takes to boot it. Sourced after common.sh; image/ of the working directory has the files
# as they are installed, $boot_modules[] are the modules that its initramfs needs.

# To undo the compression takes seconds in an emulated guest, a moment here.
unpack_kernel() { # VMLINUZ OUT
    local setup offset length undo
    # Only those of a PC are known here; QEMU boots what Debian has for arm64 as it is.
    if [[ $(od -An -c -j 514 -N 4 "$1" | tr -d ' ') != HdrS ]]; then
        cp "$1" "$2"
        return
    fi
    setup=$(od -An -tu1 -j 497 -N 1 "$1")
    read -r offset length < <(od -An -tu4 -j 584 -N 8 "$1")
    for undo in 'zstd -dc' 'xz --single-stream -dc'; do
        # the payload ends with four bytes that tell its size
        dd if="$1" bs=1M iflag=skip_bytes,count_bytes status=none \
            skip=$(((setup + 1) * 512 + offset)) count=$((length - 4)) | $undo >"$2" 2>/dev/null || true
        [[ $(head -c 4 "$2") != $'\x7fELF' ]] || return 0
    done
    cp "$1" "$2"
}

unpack_module() {
    case $1 in
    *.xz) xz -dc "$1" >"$2" ;;
    *.zst) zstd -qdc "$1" >"$2" ;;
    *) cp "$1" "$2" ;;
    esac
}

boot_files() { # RELEASE: to boot/NN-NAME.ko, in the order in which they are to be loaded
    local number=10 path
    [[ -e image/lib ]] || ln -s usr/lib image/lib # newer packages have no /lib of their own
    depmod -b image "$1"
    mkdir boot
    modprobe -d image -S "$1" --show-depends -a "${boot_modules[@]}" |
        awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
        while read -r path; do
            unpack_module "$path" "boot/$((number++))-$(basename "${path%%.ko*}").ko"
        done
}
