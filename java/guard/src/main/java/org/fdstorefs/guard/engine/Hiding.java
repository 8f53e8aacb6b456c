// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.util.Optional;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.workers.Log;
import org.fdstorefs.guard.state.GuardState;
import org.fdstorefs.guard.state.GuardState.Forgotten;
import org.fdstorefs.guard.state.Hidden;
import org.fdstorefs.guard.state.Node;
import org.jspecify.annotations.Nullable;

/**
 * Keeps open files whose last name is removed under a hidden name, until nobody has them open any more:
 * the server's next life could not open them otherwise. Where it goes is noted before it goes.
 *
 * <p>Its monitor is held while a file is moved, so that its last release does not look for it in vain meanwhile.
 */
final class Hiding {
    private final GuardState state;
    private final Resolver resolver;

    Hiding(GuardState state, Resolver resolver) {
        this.state = state;
        this.resolver = resolver;
    }

    /** Moves it away, if that is necessary and possible: then the name is gone. */
    synchronized boolean move(@Nullable Node node, Node parent, Bytes name, Calls calls)
            throws BackendGoneException, FuseException {
        if (node == null) {
            return false;
        }
        boolean moved = wasMoved(node, calls) || (state.mustHide(node) && moveAway(node, parent, name, calls));
        if (moved) {
            settle(node, calls);
        }
        return moved;
    }

    private boolean moveAway(Node node, Node parent, Bytes name, Calls calls)
            throws BackendGoneException, FuseException {
        long directory = resolver.resolve(parent, calls);
        return moveTo(rootPlace(node), node, directory, name, calls)
                || moveTo(new Hidden(parent, Hidden.name(node)), node, directory, name, calls);
    }

    /** It was opened when it was to be hidden, and may have been released meanwhile. */
    synchronized void settle(Node node, Calls calls) throws BackendGoneException {
        if (!state.isOpened(node)) {
            remove(node, calls);
        }
    }

    private Hidden rootPlace(Node node) throws FuseException {
        return new Hidden(resolver.node(Node.ROOT), Hidden.name(node));
    }

    private boolean moveTo(Hidden place, Node node, long directory, Bytes name, Calls calls)
            throws BackendGoneException, FuseException {
        long target = resolver.resolve(place.parent(), calls);
        state.hide(node, place);
        try {
            calls.rename(directory, name, target, place.name());
            return true;
        } catch (FuseException e) {
            state.unhide(node);
            return false;
        }
    }

    /** A server that ended may have done it. Noted, and not done, it is forgotten. */
    private boolean wasMoved(Node node, Calls calls) throws BackendGoneException, FuseException {
        Hidden place = state.hidden(node).orElse(null);
        if (place == null) {
            return false;
        }
        Calls.Found found = calls.lookup(resolver.resolve(place.parent(), calls), place.name())
                .orElse(null);
        if (found == null) {
            state.unhide(node);
            return false;
        }
        calls.forget(found.backend(), 1);
        return true;
    }

    /** Gives it a hidden name beside the one that is about to be replaced, or in its place. */
    synchronized boolean keep(@Nullable Node node, Node parent, Bytes name, Calls calls)
            throws BackendGoneException, FuseException {
        if (node == null || node.type() == Wire.DIRECTORY) {
            return false;
        }
        return wasMoved(node, calls)
                || (state.mustHide(node) && (link(node, calls) || moveAway(node, parent, name, calls)));
    }

    private boolean link(Node node, Calls calls) throws BackendGoneException, FuseException {
        Hidden place = rootPlace(node);
        state.hide(node, place);
        try {
            Calls.Found link = calls.link(resolver.resolve(node, calls), Node.ROOT, place.name());
            if (link.backend() == state.bound(node)) {
                calls.forget(link.backend(), 1);
            } else { // it numbers names, and this is the one that stays
                forget(state.renumbered(node, link.backend()), calls);
            }
            return true;
        } catch (FuseException e) {
            state.unhide(node);
            return false;
        }
    }

    private static void forget(Optional<Forgotten> number, Calls calls) throws BackendGoneException {
        if (number.isPresent()) {
            calls.forget(number.get().backend(), number.get().lookups());
        }
    }

    /** The name was not replaced after all. */
    synchronized void restore(Node node, Node parent, Bytes name, Calls calls)
            throws BackendGoneException, FuseException {
        Hidden place = state.hidden(node).orElse(null);
        if (place == null) {
            return;
        }
        long hiddenIn = resolver.resolve(place.parent(), calls);
        long directory = resolver.resolve(parent, calls);
        try {
            if (calls.lookup(directory, name).isPresent()) {
                calls.unlink(hiddenIn, place.name());
                forget(state.renumbered(node, 0), calls); // it may be the number of the hidden name
            } else {
                calls.rename(hiddenIn, place.name(), directory, name);
            }
        } catch (FuseException e) {
            Log.error("the file " + place.name() + " could not get its name back: " + e.getMessage());
        }
        state.unhide(node); // not if the server has ended meanwhile
    }

    /** Nobody has it open any more. */
    synchronized void remove(Node node, Calls calls) throws BackendGoneException {
        Hidden place = state.hidden(node).orElse(null);
        if (place == null) {
            return;
        }
        try {
            long directory = resolver.resolve(place.parent(), calls);
            Calls.Found found = calls.lookup(directory, place.name()).orElse(null);
            if (found != null) { // else a server that ended has done it
                calls.unlink(directory, place.name());
                calls.forget(found.backend(), 1);
            }
        } catch (FuseException e) {
            Log.error("the removed file " + place.name() + " could not be removed: " + e.getMessage());
        }
        state.unhide(node);
    }
}
