// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the administrator decides.
 *
 * @param socket where the kubelet looks for plugins
 * @param kubelet the kubelet's directory
 * @param nodeId what this node is called
 * @param max the most entries that a pod's store may have
 */
record Settings(Path socket, Path kubelet, String nodeId, long max) {
    private static final long MAX_MAX = 0xFFFF_FFFFL;

    static final String USAGE = """
            usage: fdstorefs-csi [--OPTION=VALUE...]          serves the kubelet of this node
                   fdstorefs-csi probe [--OPTION=VALUE...]    succeeds if such a driver answers

              --node-id=NAME       what this node is called (default: the name of this host)
              --kubelet-dir=DIR    where the kubelet keeps its pods (/var/lib/kubelet)
              --socket=FILE        where it looks for plugins (DIR/plugins_registry/\
            """ + Plugin.NAME + """
            -reg.sock)
              --max=N              the most entries that a pod's store may have (4096)
            """;

    Settings {
        requireNonNull(socket, "socket is null");
        requireNonNull(kubelet, "kubelet is null");
        requireNonNull(nodeId, "nodeId is null");
    }

    /**
     * What a command line says.
     *
     * @param host the name of this host
     * @throws IllegalArgumentException if it says something else
     */
    static Settings of(List<String> arguments, String host) {
        Map<String, String> given = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 0 || !argument.substring(0, equals).matches("--(node-id|kubelet-dir|socket|max)")) {
                throw new IllegalArgumentException("unknown argument " + argument);
            }
            if (equals == argument.length() - 1) {
                throw new IllegalArgumentException(argument + " has no value");
            }
            given.put(argument.substring(2, equals), argument.substring(equals + 1));
        }
        Path kubelet = Path.of(given.getOrDefault("kubelet-dir", "/var/lib/kubelet"));
        if (!kubelet.isAbsolute()) {
            throw new IllegalArgumentException("--kubelet-dir=" + kubelet + ": give an absolute path");
        }
        String socket = given.get("socket");
        return new Settings(
                socket == null
                        ? kubelet.resolve("plugins_registry").resolve(Plugin.NAME + "-reg.sock")
                        : Path.of(socket).toAbsolutePath(),
                kubelet.normalize(),
                given.getOrDefault("node-id", host),
                max(given.getOrDefault("max", "4096")));
    }

    private static long max(String text) {
        if (!text.matches("[0-9]{1,10}") || Long.parseLong(text) < 1 || Long.parseLong(text) > MAX_MAX) {
            throw new IllegalArgumentException("--max=" + text + ": give a number, 1 to " + MAX_MAX);
        }
        return Long.parseLong(text);
    }
}
