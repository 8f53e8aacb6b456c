# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
# A Kubernetes of one node: etcd, API server, containerd and kubelet, without a scheduler, controllers and a network for
# pods. Sourced.

export KUBECONFIG=/run/kubeconfig
server=https://127.0.0.1:6443
logs=/out/logs-$boot
state=/out/state
mkdir -p "$logs" "$state"

# Their programs, as if they were installed.
install_cluster() {
    mkdir -p /run/kubernetes/{image,upper,work}
    mount -t squashfs -o loop,ro /stage/kubernetes.squashfs /run/kubernetes/image
    mount -t overlay -o lowerdir=/run/kubernetes/image:/usr,upperdir=/run/kubernetes/upper,workdir=/run/kubernetes/work overlay /usr
    # Neither containers nor etcd work on an overlay of overlays.
    mkdir -p /var/lib/{containerd,kubelet,etcd} /etc/containerd
    mount -t tmpfs -o mode=711 tmpfs /var/lib/containerd
    mount -t tmpfs tmpfs /var/lib/kubelet
    mount -t tmpfs tmpfs /var/lib/etcd
    mount --make-rshared /
    for controller in cpu cpuset memory pids io hugetlb; do
        echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control 2>/dev/null
    done
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
users: [{name: u, user: {}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c
END
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
END
}

# Until a command succeeds.
until_done() { # COMMAND...
    until "$@" >/dev/null 2>&1; do
        sleep 1
    done
}

start_cluster() {
    etcd --data-dir /var/lib/etcd/data --unsafe-no-fsync --heartbeat-interval 5000 --election-timeout 50000 >"$logs/etcd" 2>&1 &
    kube-apiserver --etcd-servers http://127.0.0.1:2379 --secure-port 6443 --insecure-port 0 --cert-dir /run/apiserver \
        --authorization-mode AlwaysAllow --anonymous-auth=true --disable-admission-plugins ServiceAccount \
        --allow-privileged=true --request-timeout 10m --etcd-count-metric-poll-period 0 --watch-cache=false \
        --service-account-issuer https://fdstorefs --service-account-key-file /stage/accounts.key \
        --service-account-signing-key-file /stage/accounts.key >"$logs/apiserver" 2>&1 &
    containerd >"$logs/containerd" 2>&1 &
    until_done ctr version
    for image in /stage/images/*.tar; do
        ctr -n k8s.io images import "$image" >>"$logs/import" 2>&1
    done
    until_done kubectl get --raw /readyz
    start_kubelet
    # It will never be ready, since there is no network for pods; what uses the node's own it runs all the same.
    until_done kubectl get node fdstorefs
}

start_kubelet() {
    kubelet --config /run/kubelet.yaml --kubeconfig "$KUBECONFIG" --hostname-override fdstorefs \
        --container-runtime=remote --container-runtime-endpoint=unix:///run/containerd/containerd.sock \
        --network-plugin=cni --cni-conf-dir=/nonexistent --runtime-cgroups=/ --runtime-request-timeout 10m \
        >>"$logs/kubelet" 2>&1 &
    kubelet=$!
}

restart_kubelet() {
    kill -9 "$kubelet"
    wait "$kubelet" 2>/dev/null
    start_kubelet
}

# Make the pod of a manifest, or of a DaemonSet's template, on this node and in its network: there is no scheduler,
# no controller and no other network.
run_pod() { # NAME <MANIFEST
    kubectl create --dry-run=client --validate=false -o json -f - | python3 -c '
import json, sys
given = json.load(sys.stdin)
if given["kind"] == "DaemonSet":
    given = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": sys.argv[1]}, "spec": given["spec"]["template"]["spec"]}
given["spec"].update(nodeName="fdstorefs", hostNetwork=True)
given["spec"].pop("serviceAccountName", None)
given["metadata"].pop("namespace", None)
namespace = "kube-system" if "priorityClassName" in given["spec"] else "default"
given["metadata"]["namespace"] = namespace
json.dump(given, sys.stdout)' "$1" | kubectl apply --validate=false -f -
}

# The first process of a container, as the node numbers it; empty if it does not run.
pid_of() { # NAMESPACE POD CONTAINER
    local id
    id=$(kubectl -n "$1" get pod "$2" -o jsonpath="{.status.containerStatuses[?(@.name==\"$3\")].containerID}")
    ctr -n k8s.io tasks ls | awk -v id="${id#containerd://}" '$1 == id && $3 == "RUNNING" { print $2 }'
}

running() { [[ -n $(pid_of "$@") ]]; } # NAMESPACE POD CONTAINER

gone() { ! kubectl -n "$1" get pod "$2" >/dev/null 2>&1; } # NAMESPACE POD

# Another life of a container than that of a process.
lives_again() { # PID NAMESPACE POD CONTAINER
    local now
    now=$(pid_of "$2" "$3" "$4")
    [[ -n $now && $now != "$1" ]]
}

# The blocks of a page that begin so.
block() { # PAGE WORDS
    awk -v words="\`\`\`$2" '$0 == words { inside = 1; next } /^```$/ { inside = 0 } inside' "$1"
}
