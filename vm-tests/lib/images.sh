# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
# Where the files to boot from are; each is made when it is first asked for.
# Sourced after common.sh.

rootfs_suites='trixie trixie-security bookworm bookworm-security' # bookworm: for Java 17 alone
rootfs_packages=(
    acl attr bash bubblewrap coreutils crun fuse3 git iproute2 kmod libcap2-bin mount procps python3-minimal runc socat sqlite3 strace
    tar trace-cmd uidmap util-linux
    lighttpd systemd
    apparmor policycoreutils selinux-policy-default selinux-utils
    openjdk-17-jre-headless openjdk-25-jre-headless
)

# The same for another architecture, with a smaller choice of packages: it is put together without running any of them.
foreign_root_packages=(
    acl apparmor attr bash busybox-static bubblewrap coreutils fuse3 git iproute2 kmod libcap2-bin mount procps python3-minimal socat sqlite3
    base-files base-passwd debianutils dash diffutils dpkg ncurses-base findutils grep gzip hostname login mawk passwd sed tar util-linux libc-bin
    openjdk-17-jre-headless openjdk-25-jre-headless
)

rootfs_image() { # [ARCHITECTURE]
    if [[ ${1:-amd64} == amd64 ]]; then
        debian_artefact rootfs guest "$rootfs_suites" "${rootfs_packages[*]}"
    else
        ARCHITECTURE=$1 debian_artefact foreign-root "$1" "$rootfs_suites" "${foreign_root_packages[*]}"
    fi
}

kernel_dir() { # KERNEL
    local kind suites packages
    load_kernel "$1"
    ARCHITECTURE=$architecture debian_artefact "$kind" "$1" "$suites" "$packages" \
        "$([[ $kind == system ]] || echo linux-)"
}

toolchain() { # SUITE/COMPILER
    debian_artefact toolchain "${1/\//-}" "${1%/*}" \
        "${1#*/} make libelf1t64 base-files coreutils dash diffutils findutils grep mawk perl-base sed"
}

initramfs_image() { # KERNEL-DIR [ARCHITECTURE]
    local name busybox
    busybox=$(command -v busybox)
    [[ ${2:-amd64} == amd64 ]] || busybox=$(rootfs_image "$2")
    name=$(basename "$1")-$({ cat "$here/guest/init" "$here/images/make-initramfs"; sha256sum <"$busybox"; } | key)
    artefact initramfs "$name" "$here/images/make-initramfs" "$1" "$busybox"
}

# Of the newest kernel, whatever kernel is to be tested: the code is written as for that one.
checkers() { debian_artefact checkers newest 'trixie trixie-backports' linux-source-7.3 linux-source; }

# The newest kernel's source, for vm-tests/suites/upstream.
kernel_source() { debian_artefact linux-source newest 'trixie trixie-backports' linux-source-7.3 linux-source; }

# Made again when a recipe changes. Of Debian 12, so that the compilers run on this machine, too.
recipes_in_go_and_rust() {
    debian_artefact recipes "$(cat "$repo"/docs/recipes/listener/*.{go,rs} | key)" 'bookworm bookworm-security' \
        'golang-go rustc'
}

# What vm-tests/suites/recipes/guest/servers starts, but for what the guest has.
servers_image() {
    debian_artefact servers guest 'trixie trixie-security' 'nginx haproxy gunicorn uwsgi-core uwsgi-plugin-python3 uvicorn'
}

# What vm-tests/suites/guard has guarded. unionfs-fuse is of Debian 12, as 13 has none.
fuse_servers_image() {
    debian_artefact fuse-servers guest 'trixie trixie-security bookworm bookworm-security' \
        'bindfs sshfs openssh-sftp-server mergerfs fuse-overlayfs unionfs-fuse squashfuse squashfs-tools lxcfs rclone gocryptfs ntfs-3g'
}

# What vm-tests/suites/engines runs: container engines, systemd and no Java. In place of the guest's root.
engines_packages=(
    acl apparmor bash busybox-static coreutils fuse3 iproute2 kmod libcap2-bin mount procps python3-minimal uidmap util-linux
    dbus dbus-user-session libpam-systemd systemd systemd-sysv
    podman catatonit netavark crun runc docker.io docker-cli rootlesskit slirp4netns iptables nftables containerd python3-grpcio
    lxc incus-base incus-client systemd-container
)

engines_image() { debian_artefact engines guest 'trixie trixie-security' "${engines_packages[*]}"; }

# What vm-tests/suites/kubernetes runs. The source of bookworm is the last that can be compiled.
kubernetes_image() {
    local programs
    programs=$(debian_artefact kubernetes-programs host bookworm 'golang-1.19-go golang-1.19-src rsync')
    PROGRAMS=$programs debian_artefact kubernetes guest 'trixie trixie-security' \
        'containerd etcd-server kubectl iptables ethtool conntrack'
}

# What makes C programs for another architecture, and this machine's cross compiler has not.
cross_libfuse() { # ARCHITECTURE
    ARCHITECTURE=$1 debian_artefact cross-libfuse "$1" 'bookworm bookworm-security' libfuse3-dev libfuse3-dev
}

# For packaging/image. Debian 12, whose Java 17 the driver is built with.
jre() { # ARCHITECTURE
    ARCHITECTURE=$1 debian_artefact jre "$1" 'bookworm bookworm-security' 'openjdk-17-jdk-headless busybox-static'
}
