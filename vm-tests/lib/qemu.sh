# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The virtual machine's command line, in the array $qemu, and in $meant_to_end its exit status when the guest ends it, which
# guest/session does. Sourced after common.sh.

qemu_boot() { # KERNEL-DIR INITRAMFS ACCEL CPUS MEMORY [KERNEL-PARAMETER...]
    local kernel=$1 initramfs=$2 accel=$3 cpus=$4 memory=$5 cpu counted=()
    shift 5
    # Whatever this machine is: nothing of another architecture runs but in a guest.
    if [[ $architecture == arm64 ]]; then
        [[ $accel == tcg ]] || die "guests of arm64 are emulated, with the clock of this machine: no $accel"
        meant_to_end=0 # it has no isa-debug-exit, and is powered off
        # shellcheck disable=SC2054 # the commas are qemu's
        qemu=(
            qemu-system-aarch64 -nodefaults -no-user-config -display none -no-reboot
            -M virt -accel tcg,thread=multi -cpu max,pauth-impdef=on -smp "$cpus" -m "$memory"
            -kernel "$kernel/vmlinuz" -initrd "$initramfs"
            -append "console=ttyAMA0 panic=-1 oops=panic quiet loglevel=4 log_buf_len=4M $*"
        )
        return
    fi
    # shellcheck disable=SC2034 # for lib/run.sh
    meant_to_end=33 # what the guest's last write to isa-debug-exit makes of it
    case $accel in
    kvm) cpu=host ;;
    tcg) cpu=max,-la57 accel=tcg,thread=${tcg_threads:-multi} ;;
    # The clock of the guest counts instructions, one a nanosecond, and does not run while it waits.
    counted) cpu=max,-la57 accel=tcg,thread=single cpus=1 counted=(-icount shift=0,sleep=off) ;;
    esac
    # shellcheck disable=SC2054 # the commas are qemu's
    qemu=(
        qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot
        -M q35 -accel "$accel" -cpu "$cpu" -smp "$cpus" -m "$memory"
        -device isa-debug-exit,iobase=0xf4,iosize=4 "${counted[@]}"
        -kernel "$kernel/vmlinuz" -initrd "$initramfs"
        -append "console=ttyS0 panic=-1 oops=panic quiet loglevel=4 log_buf_len=4M $*"
    )
}

qemu_disk() { # IMAGE
    qemu+=(-drive "if=virtio,format=raw,readonly=on,file=${1//,/,,}")
}

# What is not there is made. It takes no more room than what is written to it, and need not outlive this machine.
qemu_writable_disk() { # IMAGE
    if [[ ! -e $1 ]]; then
        truncate -s 8G "$1"
        mke2fs -q -t ext4 -O ^has_journal "$1"
    fi
    qemu+=(-drive "if=virtio,format=raw,cache=unsafe,file=${1//,/,,}")
}

qemu_share() { # TAG DIR [ro]
    qemu+=(
        -fsdev "local,id=$1,path=${2//,/,,},security_model=none,multidevs=remap${3:+,readonly=on}"
        -device "virtio-9p-pci,fsdev=$1,mount_tag=$1"
    )
}
