// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.state;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.guard.state.Node.Link;
import org.jspecify.annotations.Nullable;

/** The nodes that the kernel knows, their names, and what they are to the server's present life. */
final class Tree {
    private final Index<Node> byId = new Index<>(node -> Index.mix(node.id()));
    private final Index<Link> byName = new Index<>(link -> hash(link.parent, link.name));
    private final Index<Node> byBackend = new Index<>(node -> Index.mix(node.backend));
    private final Node root = new Node(Node.ROOT, 0040000, 0);
    private int generation;

    // No lambdas: to make one that captures something is a call into the JVM without its second compiler.

    private record WithId(long id) implements Predicate<Node> {
        @Override
        public boolean test(Node node) {
            return node.id() == id;
        }
    }

    private record WithName(Node parent, Bytes name) implements Predicate<Link> {
        @Override
        public boolean test(Link link) {
            return link.parent == parent && link.name.equals(name);
        }
    }

    private record WithBackend(long backend) implements Predicate<Node> {
        @Override
        public boolean test(Node node) {
            return node.backend == backend;
        }
    }

    private static int hash(Node parent, Bytes name) {
        return Index.mix(parent.id() * 31 + name.hashCode());
    }

    Node root() {
        return root;
    }

    int size() {
        return byId.size();
    }

    /** The server has begun another life: what it called the nodes is void. */
    void begin(int newGeneration) {
        generation = newGeneration;
        byBackend.clear();
    }

    @Nullable
    Node node(long id) {
        return id == Node.ROOT ? root : byId.find(Index.mix(id), new WithId(id));
    }

    @Nullable
    Link link(Node parent, Bytes name) {
        return byName.find(hash(parent, name), new WithName(parent, name));
    }

    @Nullable
    Node known(long backend) {
        return backend == Node.ROOT ? root : byBackend.find(Index.mix(backend), new WithBackend(backend));
    }

    Node add(long id, int type, long inode) {
        Node node = new Node(id, type, inode);
        byId.add(node);
        return node;
    }

    void link(Node parent, Bytes name, Node node) {
        Link link = new Link(parent, name, node);
        link.next = node.links;
        node.links = link;
        byName.add(link);
    }

    void unlink(Link gone) {
        byName.remove(gone);
        Node node = gone.node;
        if (node.links == gone) {
            node.links = gone.next;
            return;
        }
        for (Link link = node.links; link != null; link = link.next) {
            if (link.next == gone) {
                link.next = gone.next;
                return;
            }
        }
    }

    /** As rename(2): two names of one node stay what they are. */
    void rename(Node parent, Bytes name, Node newParent, Bytes newName) {
        Link from = link(parent, name);
        Link to = link(newParent, newName);
        if (from != null && to != null && from.node == to.node) {
            return; // rename(2) of two names of one file does nothing
        }
        if (to != null) {
            unlink(to);
        }
        if (from != null) {
            unlink(from);
            link(newParent, newName, from.node);
        }
    }

    /** As renameat2(2) with RENAME_EXCHANGE. */
    void exchange(Node parent, Bytes name, Node newParent, Bytes newName) {
        Link from = link(parent, name);
        Link to = link(newParent, newName);
        if (from != null) {
            unlink(from);
        }
        if (to != null) {
            unlink(to);
            link(parent, name, to.node);
        }
        if (from != null) {
            link(newParent, newName, from.node);
        }
    }

    /** Removes a node and its names. */
    void remove(Node node) {
        for (Link link = node.links; link != null; link = link.next) {
            byName.remove(link);
        }
        node.links = null;
        unbind(node);
        byId.remove(node);
    }

    /** What the server calls the node in its present life. */
    void bind(Node node, long backend) {
        if (node != root) {
            unbind(node);
            node.backend = backend;
            node.generation = generation;
            node.lookups = 0;
            byBackend.add(node);
        }
    }

    boolean isBound(Node node) {
        return node.generation == generation && node.backend != 0;
    }

    /** The server is to be asked for it anew. */
    void unbind(Node node) {
        if (isBound(node)) {
            byBackend.remove(node);
        }
        node.backend = 0;
    }

    /** The places where it can be found. */
    List<Hidden> places(Node node) {
        List<Hidden> places = new ArrayList<>();
        Optional.ofNullable(node.hidden).ifPresent(places::add);
        for (Link link = node.links; link != null; link = link.next) {
            places.add(new Hidden(link.parent, link.name));
        }
        return places;
    }

    void forEach(Consumer<Node> consumer) {
        byId.forEach(requireNonNull(consumer, "consumer is null"));
    }
}
