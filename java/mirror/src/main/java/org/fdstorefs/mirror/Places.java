// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.fdstorefs.fuse.Bytes;

/**
 * Where nodes were seen: a memory that may be wrong, since the host's files have other users, too.
 * Thread-safe.
 */
final class Places {
    /** How many names of one file are remembered. */
    private static final int MOST = 8;

    /** More than that many directories in each other are going round in a circle. */
    private static final int DEEPEST = 100_000;

    private final Map<Long, List<Place>> places = new ConcurrentHashMap<>();

    /** Directories in which something was seen. */
    private final Set<Long> parents = ConcurrentHashMap.newKeySet();

    /** A name in a directory. */
    record Place(long parent, Bytes name) {
        Place {
            requireNonNull(name, "name is null");
        }
    }

    /** Where a node was seen, the latest first. */
    List<Place> of(long nodeId) {
        return places.getOrDefault(nodeId, List.of());
    }

    void seen(long nodeId, Place place) {
        List<Place> known = of(nodeId);
        if (known.isEmpty() || !known.get(0).equals(place)) {
            places.merge(nodeId, List.of(place), Places::first);
            parents.add(place.parent());
        }
    }

    private static List<Place> first(List<Place> known, List<Place> latest) {
        List<Place> all = new ArrayList<>(latest);
        for (Place place : known) {
            if (all.size() < MOST && !place.equals(latest.get(0))) {
                all.add(place);
            }
        }
        return List.copyOf(all);
    }

    void gone(long nodeId, Place place) {
        places.computeIfPresent(nodeId, (id, known) -> {
            List<Place> rest = known.stream().filter(p -> !p.equals(place)).toList();
            return rest.isEmpty() ? null : rest;
        });
        if (!places.containsKey(nodeId)) {
            parents.remove(nodeId);
        }
    }

    /** A node is not asked for any more; as a directory it may still be the way to others. */
    void forget(long nodeId) {
        if (!parents.contains(nodeId)) {
            places.remove(nodeId);
        }
    }

    /** The path of a place, if it is known where its directory is. */
    Optional<HostPath> path(Place place) {
        List<Bytes> upwards = new ArrayList<>();
        upwards.add(place.name());
        for (long id = place.parent(); id != NodeTable.ROOT; ) {
            List<Place> known = of(id);
            if (known.isEmpty() || upwards.size() > DEEPEST) {
                return Optional.empty();
            }
            upwards.add(known.get(0).name());
            id = known.get(0).parent();
        }
        return Optional.of(HostPath.ofNames(upwards));
    }
}
