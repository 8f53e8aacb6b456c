// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.guard.state.GuardState;
import org.fdstorefs.guard.state.Hidden;
import org.fdstorefs.guard.state.Node;

/** What the server's present life calls the nodes: each is looked up, from the root on, when it is needed first. */
final class Resolver {
    private final GuardState state;

    Resolver(GuardState state) {
        this.state = state;
    }

    /** The node of this number; ESTALE if the kernel should not know it. */
    Node node(long id) throws FuseException {
        return state.node(id).orElseThrow(() -> new FuseException(Errno.ESTALE));
    }

    /**
     * What the server calls it.
     *
     * @throws FuseException with ESTALE if it is nowhere, or something else is where it was
     */
    long resolve(Node node, Calls calls) throws BackendGoneException, FuseException {
        long bound = state.bound(node);
        if (bound != 0) {
            return bound;
        }
        synchronized (this) { // so that two of them do not look the same node up
            return resolveSlowly(node, calls);
        }
    }

    /** From the root on, without a recursion: a path may have thousands of directories. */
    private long resolveSlowly(Node node, Calls calls) throws BackendGoneException, FuseException {
        Deque<Node> unknown = new ArrayDeque<>();
        for (Node at = node; state.bound(at) == 0; at = firstPlace(at).parent()) {
            unknown.push(at);
        }
        while (!unknown.isEmpty()) {
            look(unknown.pop(), calls);
        }
        return state.bound(node);
    }

    private Hidden firstPlace(Node node) throws FuseException {
        return state.places(node).stream().findFirst().orElseThrow(() -> new FuseException(Errno.ESTALE));
    }

    /** Looks a node up whose first directory is known. */
    private void look(Node node, Calls calls) throws BackendGoneException, FuseException {
        for (Hidden place : state.places(node)) {
            long parent = resolve(place.parent(), calls);
            Optional<Calls.Found> found = calls.lookup(parent, place.name());
            if (found.isPresent() && found.get().type() == node.type()) {
                state.rebound(node, found.get().backend());
                return;
            }
        }
        throw new FuseException(Errno.ESTALE);
    }
}
