// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/** Whose volume it is, as far as the kubelet says: for the log. */
record Pod(String namespace, String name) {
    Pod {
        requireNonNull(namespace, "namespace is null");
        requireNonNull(name, "name is null");
    }

    /** What a volume_context says. */
    static Pod of(Map<String, String> context) {
        return new Pod(
                context.getOrDefault("csi.storage.k8s.io/pod.namespace", ""),
                context.getOrDefault("csi.storage.k8s.io/pod.name", ""));
    }

    @Override
    public String toString() {
        return name.isEmpty() ? "?" : namespace + "/" + name;
    }
}
