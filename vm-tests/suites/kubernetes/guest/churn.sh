# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Pods that come and go while the driver is killed at random. Sourced after cluster.sh.

pod_of_churn() { # NUMBER
    block /stage/kubernetes.md 'yaml in vm-tests/suites/kubernetes/guest/test' |
        sed "s/name: listener/name: pod-$1/; s/\"8080\"/\"$((8080 + $1))\"/" | run_pod default
}

# Kills each life of the driver at some moment of its first half minute, until $1 is removed. A kubelet waits for longer and longer before it starts
# a container again, up to five minutes; so every third life is of a new pod, as after an upgrade.
killer() { # FILE
    local pid killed=0
    while [[ -e $1 ]]; do
        pid=$(pid_of kube-system driver)
        if [[ -n $pid ]]; then
            sleep "$((RANDOM % 30)).$((RANDOM % 10))"
            kill -9 "$pid" 2>/dev/null && killed=$((killed + 1))
            ((killed % 3 != 0)) || replace_driver
            until_done lives_again "$pid" kube-system driver
        fi
    done
    echo "$killed" >"$1.killed"
}

replace_driver() {
    delete_pod kube-system driver
    until_done gone kube-system driver
    run_daemon kube-system fdstorefs-csi driver
}

no_volume() { [[ -z $(find /var/lib/kubelet/pods -path '*/volumes/kubernetes.io~csi/*' -name mount) ]]; }

# Each round makes some pods, or deletes those of the one before, whatever has become of them.
nothing_is_left_when_the_driver_is_killed_while_pods_come_and_go() {
    local round number
    touch /run/churn
    killer /run/churn &
    for round in 1 2 3; do
        for number in 1 2 3; do
            pod_of_churn "$((round * 10 + number))"
        done
        until_done running default "pod-${round}1"
        for number in 1 2 3; do
            delete_pod default "pod-$((round * 10 + number))"
        done
    done
    rm /run/churn
    wait $!
    for round in 1 2 3; do
        for number in 1 2 3; do
            until_done gone default "pod-$((round * 10 + number))"
        done
    done
    echo "# the driver was killed $(cat /run/churn.killed) times"
    until_done no_store
    no_mount && no_volume
}
