// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.util.Objects.requireNonNull;

import io.grpc.StatusException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The volumeAttributes that a pod gives, without what the kubelet adds about the pod. */
final class Attributes {
    /** How many entries a store holds whose pod does not say. */
    private static final long USUAL_MAX = 4096;

    private static final long COUNT_MAX = 0xFFFF_FFFFL;
    private static final long ID_MAX = 0xFFFF_FFFEL;
    private static final String OF_KUBERNETES = "csi.storage.k8s.io/";
    private static final String EPHEMERAL = OF_KUBERNETES + "ephemeral";

    private final Map<String, String> given;

    /**
     * Those of a volume_context.
     *
     * @throws StatusException if one is not known
     */
    Attributes(Map<String, String> context) throws StatusException {
        this.given = new TreeMap<>(requireNonNull(context, "context is null"));
        if (given.getOrDefault(EPHEMERAL, "true").equals("false")) {
            throw Refusal.invalid("persistent volumes: a store ends with its pod, so give it in the pod's own volumes,"
                    + " as csi: {driver: " + Plugin.NAME + "}");
        }
        given.keySet().removeIf(name -> name.startsWith(OF_KUBERNETES));
        for (String name : given.keySet()) {
            if (!name.matches("mode|max|maxuser|uid|gid")) {
                throw Refusal.invalid("attribute " + name + ": there are mode, max, maxuser, uid and gid");
            }
        }
    }

    /** The permissions of the root directory. */
    Optional<Integer> mode() throws StatusException {
        String mode = given.get("mode");
        if (mode == null) {
            return Optional.empty();
        }
        if (!mode.matches("[0-7]{1,5}") || Integer.parseInt(mode, 8) > 07777) {
            throw Refusal.invalid("attribute mode: give permissions in octal, 0 to 7777, not " + mode);
        }
        return Optional.of(Integer.valueOf(mode, 8));
    }

    Optional<Integer> uid() throws StatusException {
        return number("uid", 0, ID_MAX, "").map(Long::intValue);
    }

    Optional<Integer> gid() throws StatusException {
        return number("gid", 0, ID_MAX, "").map(Long::intValue);
    }

    /** How many entries the store holds; never more than {@code bound}. */
    long max(long bound) throws StatusException {
        return number("max", 1, bound, ", as much as the administrator of this node allows")
                .orElse(Math.min(USUAL_MAX, bound));
    }

    Optional<Long> maxUser() throws StatusException {
        return number("maxuser", 1, COUNT_MAX, "");
    }

    private Optional<Long> number(String name, long least, long most, String why) throws StatusException {
        String text = given.get(name);
        if (text == null) {
            return Optional.empty();
        }
        if (text.matches("[0-9]{1,10}")) {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return Optional.of(number);
            }
        }
        throw Refusal.invalid(
                "attribute " + name + ": give a number, " + least + " to " + most + why + ", not " + text);
    }
}
