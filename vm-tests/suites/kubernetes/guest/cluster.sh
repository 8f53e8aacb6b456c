# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
# A Kubernetes of one node: etcd, API server, containerd and kubelet, without a scheduler, controllers and a network for
# pods. Sourced.

export KUBECONFIG=/run/kubeconfig
server=https://127.0.0.1:6443
address=10.9.9.9
logs=/out/logs-$boot
state=/out/state
servers=()
mkdir -p "$logs" "$state"

# Their programs, as if they were installed.
install_cluster() {
    mkdir -p /run/kubernetes
    # What pods may need, too: the modules are below /usr.
    modprobe -a loop fuse
    mount -o loop,ro /stage/kubernetes.squashfs /run/kubernetes
    mount -t overlay -o ro,lowerdir=/run/kubernetes:/usr kubernetes /usr
    # Neither containers nor etcd work on an overlay of overlays.
    mkdir -p /var/lib/{containerd,kubelet,etcd} /etc/containerd
    mount -t tmpfs -o mode=711 tmpfs /var/lib/containerd
    mount -t tmpfs tmpfs /var/lib/kubelet
    mount -t tmpfs tmpfs /var/lib/etcd
    mount --make-rshared /
    for controller in cpu cpuset memory pids io hugetlb; do
        echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control 2>/dev/null
    done
    # There is no network but this.
    ip link set lo up
    ip address add $address/32 dev lo
    # A kubelet looks for it, whatever the pods are.
    [[ -e /etc/resolv.conf ]] || touch /etc/resolv.conf
    cat >/etc/containerd/config.toml <<END
version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "example.org/pause:1"
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
END
    cat >"$KUBECONFIG" <<END
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: $server, insecure-skip-tls-verify: true}}]
users: [{name: u, user: {token: secret}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c
END
    echo 'secret,administrator,1,system:masters' >/run/tokens
    cat >/run/kubelet.yaml <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
failSwapOn: false
cgroupDriver: cgroupfs
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 1Mi}
syncFrequency: 10s
nodeStatusUpdateFrequency: 1m
nodeStatusReportFrequency: 10m
nodeLeaseDurationSeconds: 600
volumeStatsAggPeriod: -1s
END
}

# Until a command succeeds.
until_done() { # COMMAND...
    until "$@" >/dev/null 2>&1; do
        sleep 3
    done
}

# Asks the API server, by what is small enough to be started again and again; the answer begins with its status.
api() { # METHOD PATH [TYPE <BODY]
    local LC_ALL=C body=''
    (($# < 3)) || body=$(cat)
    printf '%s %s HTTP/1.0\r\nAuthorization: Bearer secret\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s' \
        "$1" "$2" "${3:-application/json}" "${#body}" "$body" |
        socat -t 600 - "OPENSSL:${server#https://},verify=0,no-sni,shut-none" 2>/dev/null
}

succeeds() { [[ $(api "$@" | head -n 1) == *' 20'?' '* ]]; } # METHOD PATH

pod_path() { echo "/api/v1/namespaces/$1/pods/${2:-}"; } # NAMESPACE [POD]

# What an idle cluster does all the time is left out as far as can be: an emulated processor has enough to do.
start_cluster() {
    export GOGC=400
    etcd --data-dir /var/lib/etcd/data --unsafe-no-fsync --heartbeat-interval 5000 --election-timeout 50000 >"$logs/etcd" 2>&1 &
    servers+=($!)
    # The API server gives up if etcd does not answer within seconds.
    until_done etcd_is_healthy
    start_server
    containerd >"$logs/containerd" 2>&1 &
    until_done ctr version
    for image in /stage/images/*.tar; do
        ctr -n k8s.io images import "$image" >>"$logs/import" 2>&1
    done
    until_done succeeds GET /readyz
    start_kubelet
    # It will never be ready, since there is no network for pods; what uses the node's own it runs all the same.
    until_done succeeds GET /api/v1/nodes/fdstorefs
}

etcd_is_healthy() {
    printf 'GET /health HTTP/1.0\r\n\r\n' | socat -t 60 - TCP:127.0.0.1:2379 | grep -q '"health":"true"'
}

start_server() {
    kube-apiserver --etcd-servers http://127.0.0.1:2379 --advertise-address $address --secure-port 6443 \
        --tls-cert-file /stage/server.crt --tls-private-key-file /stage/server.key --cert-dir /run/apiserver \
        --authorization-mode AlwaysAllow --token-auth-file /run/tokens --disable-admission-plugins ServiceAccount \
        --allow-privileged=true --request-timeout 10m --enable-priority-and-fairness=false --profiling=false \
        --etcd-count-metric-poll-period 0 --watch-cache=false --service-account-issuer https://fdstorefs \
        --service-account-key-file /stage/accounts.key --service-account-signing-key-file /stage/accounts.key >"$logs/apiserver" 2>&1 &
    servers+=($!)
}

start_kubelet() {
    kubelet --config /run/kubelet.yaml --kubeconfig "$KUBECONFIG" --hostname-override fdstorefs --node-ip $address \
        --container-runtime=remote --container-runtime-endpoint=unix:///run/containerd/containerd.sock \
        --network-plugin=cni --cni-conf-dir=/nonexistent --runtime-cgroups=/ --runtime-request-timeout 10m --housekeeping-interval 10m \
        >>"$logs/kubelet" 2>&1 &
    kubelet=$!
}

# All that writes to what outlives the node.
kill_cluster() {
    kill -9 "$kubelet" "${servers[@]}"
    wait "$kubelet" "${servers[@]}" 2>/dev/null
}

restart_kubelet() {
    kill -9 "$kubelet"
    wait "$kubelet" 2>/dev/null
    start_kubelet
}

# What is no success is shown.
post_pod() { # NAMESPACE TYPE <POD
    local answer
    answer=$(api POST "$(pod_path "$1")" "$2")
    grep -q '^HTTP[^ ]* 201' <<<"$answer" || echo "$answer" >&2
}

# Make a pod on this node and in its network: there is no scheduler and no other network.
run_pod() { # NAMESPACE <MANIFEST
    sed 's/^spec:$/&\n  nodeName: fdstorefs\n  hostNetwork: true/' | post_pod "$1" application/yaml
}

# Make the pod of a DaemonSet, as the controller would.
run_daemon() { # NAMESPACE DAEMONSET POD
    api GET "/apis/apps/v1/namespaces/$1/daemonsets/$2" | sed '1,/^\r$/d' | python3 -c '
import json, sys
pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": sys.argv[1]}, "spec": json.load(sys.stdin)["spec"]["template"]["spec"]}
pod["spec"]["nodeName"] = "fdstorefs"
json.dump(pod, sys.stdout)' "$3" | post_pod "$1" application/json
}

delete_pod() { succeeds DELETE "$(pod_path "$@")"; } # NAMESPACE POD

# The first process of a pod's container, as the node numbers it; empty if none runs. Containers that have ended have no
# processes.
pid_of() { # NAMESPACE POD
    local id
    for id in $(api GET "$(pod_path "$@")" | grep -o '"containerID":"containerd://[0-9a-f]*' | sed 's|.*/||' | sort -u); do
        find /sys/fs/cgroup/kubepods -type d -name "$id" -exec head -qn 1 {}/cgroup.procs \; 2>/dev/null
    done
}

running() { [[ -n $(pid_of "$@") ]]; } # NAMESPACE POD

gone() { [[ $(api GET "$(pod_path "$@")" | head -n 1) == *' 404 '* ]]; } # NAMESPACE POD

# Another life of a container than that of a process.
lives_again() { # PID NAMESPACE POD
    local now
    now=$(pid_of "$2" "$3")
    [[ -n $now && $now != "$1" ]]
}

# The blocks of a page that begin so.
block() { # PAGE WORDS
    awk -v words="\`\`\`$2" '$0 == words { inside = 1; next } /^```$/ { inside = 0 } inside' "$1"
}
