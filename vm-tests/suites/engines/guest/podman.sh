# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# What the tests of podman's containers share. Sourced after lib.sh.

configure_podman() {
    mkdir -p /etc/containers/containers.conf.d
    {
        # There is no network, and nobody to reach.
        printf '[containers]\nnetns = "none"\nlog_driver = "k8s-file"\n[engine]\nevents_logger = "none"\n'
        systemd_is_there || printf 'cgroup_manager = "cgroupfs"\n'
    } >/etc/containers/containers.conf.d/tests.conf
    # what --userns=auto takes its ids from
    grep -q '^containers:' /etc/subuid || echo containers:200000:1000000 | tee -a /etc/subuid >>/etc/subgid
}

up() {
    configure_podman
    install_block cdi /etc/cdi/fdstorefs.json
    quietly podman load --input "$here/my-server.tar"
    podman --version | sed 's/^/# /'
}

clean() {
    podman pod rm --all --force --time 0
    podman rm --all --force --time 0
    podman volume unmount fdstore
    umount /run/fdstores/web
    podman volume rm --all --force
}

describe() {
    podman ps --all
    podman volume ls
    podman logs --latest
}

kill_main() { # CONTAINER
    kill -KILL "$(podman inspect --format '{{.State.Pid}}' "$1")"
}

# The options by which a container gets its place.
share() { # CONTAINER
    shared="--volume $work/$1:/shared"
}
