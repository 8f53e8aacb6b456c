# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# What the tests of Docker's containers share. Sourced after lib.sh.

docker_options=()

# What a service manager does, and again after it was killed.
start_docker() {
    daemon dockerd --containerd /run/containerd/containerd.sock --bridge none --iptables=false --ip6tables=false "${docker_options[@]}"
    eventually quietly docker info
}

up() {
    install_block cdi /etc/cdi/fdstorefs.json
    install_block cdi-shared /etc/cdi/fdstorefs-web.json
    install_block docker-daemon /etc/docker/daemon.json
    # Docker gives its own one 15 seconds to start.
    daemon containerd
    eventually quietly ctr version
    start_docker
    quietly docker load --input "$here/my-server.tar"
    docker --version | sed 's/^/# /'
}

clean() {
    # shellcheck disable=SC2046 # words
    docker rm --force --volumes $(docker ps --all --quiet)
    # shellcheck disable=SC2046
    docker volume rm $(docker volume ls --quiet)
    umount /run/fdstores/web
}

describe() {
    docker ps --all
    docker volume ls
    docker logs "$(docker ps --all --quiet --latest)"
}

kill_main() { # CONTAINER
    kill -KILL "$(docker inspect --format '{{.State.Pid}}' "$1")"
}

# The options by which a container gets its place.
share() { # CONTAINER
    shared="--volume $work/$1:/shared"
}
