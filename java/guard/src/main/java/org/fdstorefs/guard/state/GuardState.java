// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.state;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import org.fdstorefs.Fd;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.guard.state.Node.Link;
import org.fdstorefs.guard.state.OpenHandle.Opening;

/**
 * What must be known of the kernel's view for a server to be replaced: nodes and their names, open
 * files, what hides where, data that may be lost. Each change is in a log before this returns, so that it
 * outlives the guard, too.
 *
 * <p>Thread-safe.
 */
public final class GuardState implements AutoCloseable {
    private final Tables tables;
    private final Records records;
    private final Tree tree;
    private int generation;
    private long lost;
    private long failed;

    private GuardState(Tables tables, Records records) {
        this.tables = tables;
        this.records = records;
        this.tree = tables.tree();
    }

    /**
     * Begins with nothing but the root.
     *
     * @param token marks the processes of the server
     */
    public static GuardState create(String token) throws IOException {
        Tables tables = new Tables();
        tables.token(token.getBytes(US_ASCII));
        Records records = new Records(StateLog.create(), tables);
        records.append(Record.TOKEN, tables.token());
        return new GuardState(tables, records);
    }

    public synchronized String token() {
        return new String(tables.token(), US_ASCII);
    }

    /** Continues with what an earlier guard left; closes {@code log} even if this fails. */
    public static GuardState adopt(Fd log) throws IOException {
        StateLog adopted = StateLog.adopt(log);
        try {
            Tables tables = new Tables();
            adopted.read(new Replayer(tables)::apply);
            return new GuardState(tables, new Records(adopted, tables));
        } catch (Throwable e) {
            adopted.close();
            throw e;
        }
    }

    /** The memory that outlives the process. */
    public Fd fd() {
        return records.fd();
    }

    // ---- INIT

    public synchronized Optional<byte[]> init() {
        return tables.init().length == 0
                ? Optional.empty()
                : Optional.of(tables.init().clone());
    }

    public synchronized void init(byte[] request) {
        tables.init(request.clone());
        records.append(Record.INIT, tables.init());
    }

    public synchronized Optional<byte[]> agreed() {
        return tables.agreed().length == 0
                ? Optional.empty()
                : Optional.of(tables.agreed().clone());
    }

    public synchronized void agreed(byte[] reply) {
        tables.agreed(reply.clone());
        records.append(Record.AGREED, tables.agreed());
    }

    // ---- nodes and names

    /** A server has begun to live: no node and no handle is known to it. */
    public synchronized void begin(int newGeneration) {
        generation = newGeneration;
        tree.begin(newGeneration);
    }

    public synchronized int nodes() {
        return tree.size();
    }

    /** The node, or nothing if the kernel does not know such a one. */
    public synchronized Optional<Node> node(long id) {
        return Optional.ofNullable(tree.node(id));
    }

    /** What the kernel knows by this name. */
    public synchronized Optional<Node> child(Node parent, Bytes name) {
        return Optional.ofNullable(tree.link(parent, name)).map(link -> link.node);
    }

    /** What the server calls the node in its present life; 0 if it has not looked it up. */
    public synchronized long bound(Node node) {
        if (node.id() == Node.ROOT) {
            return Node.ROOT;
        }
        return tree.isBound(node) ? node.backend : 0;
    }

    /** The node that the server calls so in this life, if that is the present one. */
    public synchronized Optional<Node> known(int life, long backend) {
        return life == generation ? Optional.ofNullable(tree.known(backend)) : Optional.empty();
    }

    /** Where a node can be found, best first. */
    public synchronized List<Hidden> places(Node node) {
        return tree.places(node);
    }

    /** A node was looked up where it was: the server calls it so from now on. */
    public synchronized void rebound(Node node, long backend) {
        if (!tree.isBound(node) || node.backend != backend) {
            tree.bind(node, backend);
        }
        if (node.lookups < Integer.MAX_VALUE) { // years of lookups
            node.lookups++;
        }
    }

    /**
     * The server has answered with an entry.
     *
     * @param inode what it says; if it is what it calls the node, it has no number of its own
     */
    public synchronized Node entered(Node parent, Bytes name, long backend, int type, long inode) {
        Node same = tree.known(backend);
        Link link = tree.link(parent, name);
        Node node = link == null ? null : link.node;
        if (link != null
                && (link.node.type() != type || (same != null && same != link.node) || isOther(link.node, backend))) {
            unlink(link); // somebody else has replaced what was there
            node = null;
        }
        if (node == null) {
            node = same != null && same.type() == type ? same : newNode(type, inode == backend ? 0 : inode);
            link(parent, name, node);
        }
        if (node.id() != Node.ROOT) {
            node.forgotten = false;
            rebound(node, backend);
        }
        return node;
    }

    private boolean isOther(Node node, long backend) {
        return tree.isBound(node) && node.backend != backend;
    }

    private Node newNode(int type, long inode) {
        long id = tables.newNode();
        records.append(Record.NODE, Records.NONE, id, type, inode);
        return tree.add(id, type, inode);
    }

    private void link(Node parent, Bytes name, Node node) {
        records.append(Record.LINK, name, parent.id(), node.id());
        tree.link(parent, name, node);
    }

    private void unlink(Link link) {
        records.append(Record.UNLINK, link.name, link.parent.id());
        tree.unlink(link);
    }

    /** The inode number to show: the first one that the server told, or the node's own. */
    public synchronized long inode(Node node) {
        return node.inode == 0 ? node.id() : node.inode;
    }

    /** There is nothing by this name any more. */
    public synchronized void removed(Node parent, Bytes name) {
        Link link = tree.link(parent, name);
        if (link != null) {
            unlink(link);
        }
    }

    public synchronized void renamed(Node parent, Bytes name, Node newParent, Bytes newName) {
        appendNames(Record.RENAME, parent, name, newParent, newName);
        tree.rename(parent, name, newParent, newName);
    }

    public synchronized void exchanged(Node parent, Bytes name, Node newParent, Bytes newName) {
        appendNames(Record.EXCHANGE, parent, name, newParent, newName);
        tree.exchange(parent, name, newParent, newName);
    }

    private void appendNames(Record type, Node parent, Bytes name, Node newParent, Bytes newName) {
        ByteBuffer names = ByteBuffer.allocate(name.length() + newName.length());
        name.writeTo(names);
        newName.writeTo(names);
        records.append(type, names.array(), parent.id(), newParent.id(), name.length());
    }

    /** What the server is to forget. */
    public record Forgotten(long backend, int lookups, int generation) {}

    /** The kernel has forgotten a node. */
    public synchronized Optional<Forgotten> forget(long id) {
        Node node = tree.node(id);
        if (node == null || id == Node.ROOT) {
            return Optional.empty();
        }
        if (node.isNeeded()) {
            node.forgotten = true;
            return Optional.empty();
        }
        Optional<Forgotten> forgotten = number(node);
        records.append(Record.FORGET, Records.NONE, id);
        tree.remove(node);
        return forgotten;
    }

    private Optional<Forgotten> number(Node node) {
        return tree.isBound(node)
                ? Optional.of(new Forgotten(node.backend, node.lookups, generation))
                : Optional.empty();
    }

    /**
     * The server calls a node otherwise from now on.
     *
     * @param backend 0 if the node is to be looked up once more
     * @return what it was called
     */
    public synchronized Optional<Forgotten> renumbered(Node node, long backend) {
        Optional<Forgotten> old = number(node);
        tree.unbind(node);
        if (backend != 0) {
            rebound(node, backend);
        }
        return old;
    }

    /** What nobody needs any more is forgotten at last; the server keeps it until it ends. */
    private void forgetIfIdle(Node node) {
        if (node.forgotten && !node.isNeeded()) {
            records.append(Record.FORGET, Records.NONE, node.id());
            tree.remove(node);
        }
    }

    /** Forgets what the kernel does not know: a guard may have ended before it could say so, or hear it. */
    public synchronized void forgetUnknown(LongPredicate known) {
        List<Node> unknown = new ArrayList<>();
        tree.forEach(node -> {
            if (!node.isNeeded() && !known.test(node.id())) {
                unknown.add(node);
            }
        });
        for (Node node : unknown) {
            node.forgotten = true;
            forgetIfIdle(node);
        }
    }

    // ---- files that hide

    /** Whether removing a name of it would leave an open file without any that is known. */
    public synchronized boolean mustHide(Node node) {
        return node.handles > 0 && node.hidden == null && node.links != null && node.links.next == null;
    }

    /** It is about to be moved there. */
    public synchronized void hide(Node node, Hidden place) {
        records.append(Record.HIDE, place.name(), node.id(), place.parent().id());
        node.hidden = place;
    }

    /** It is not there, or not any more. */
    public synchronized void unhide(Node node) {
        if (node.hidden != null) {
            records.append(Record.UNHIDE, Records.NONE, node.id());
            node.hidden = null;
            forgetIfIdle(node);
        }
    }

    public synchronized Optional<Hidden> hidden(Node node) {
        return Optional.ofNullable(node.hidden);
    }

    /** Whether nothing but a hidden name is left of it. */
    public synchronized boolean isRemoved(Node node) {
        return node.hidden != null && node.links == null;
    }

    /** Those that hide though nobody has them open. */
    public synchronized List<Node> abandoned() {
        List<Node> found = new ArrayList<>();
        tree.forEach(node -> {
            if (node.hidden != null && node.handles == 0) {
                found.add(node);
            }
        });
        return found;
    }

    // ---- open files

    public synchronized OpenHandle open(Node node, Opening opening, long backend) {
        OpenHandle handle = new OpenHandle(tables.newHandle(), node, opening);
        Tables.writeOpen(handle, records);
        tables.handles().put(handle.id(), handle);
        node.handles++;
        reopened(handle, backend);
        return handle;
    }

    public synchronized Optional<OpenHandle> handle(long id) {
        return Optional.ofNullable(tables.handles().get(id));
    }

    public synchronized List<OpenHandle> handles() {
        return new ArrayList<>(tables.handles().values());
    }

    public synchronized int countOfHandles() {
        return tables.handles().size();
    }

    /** A handle by which the node can be written. */
    public synchronized Optional<OpenHandle> writable(Node node) {
        return tables.handles().values().stream()
                .filter(handle -> handle.node() == node && (handle.opening().flags() & 3) != 0)
                .findFirst();
    }

    public synchronized void reopened(OpenHandle handle, long backend) {
        handle.backend = backend;
        handle.generation = generation;
        handle.errno = 0;
    }

    /** How many open files could not be opened again, by this guard. */
    public synchronized long lostHandles() {
        return lost;
    }

    /** A request was answered with EIO because servers died at it. */
    public synchronized void requestFailed() {
        failed++;
    }

    /** How many there were, by this guard. */
    public synchronized long failedRequests() {
        return failed;
    }

    public synchronized void notReopened(OpenHandle handle, int errno) {
        lost++;
        handle.generation = generation;
        handle.errno = errno;
    }

    /** Why the handle cannot be used in the server's present life; 0 if it can. */
    public synchronized int errno(OpenHandle handle) {
        return handle.generation == generation ? handle.errno : 0;
    }

    public synchronized boolean isOpen(OpenHandle handle) {
        return handle.generation == generation;
    }

    /** Whether anybody has the node open. */
    public synchronized boolean isOpened(Node node) {
        return node.handles > 0;
    }

    public synchronized long backend(OpenHandle handle) {
        return handle.backend;
    }

    public synchronized void released(OpenHandle handle) {
        records.append(Record.RELEASE, Records.NONE, handle.id());
        tables.release(handle);
        forgetIfIdle(handle.node());
    }

    /** Handles that nobody has heard of, because the requests that opened them were not answered. */
    public synchronized void releaseUnanswered(Set<Long> uniques) {
        handles().stream()
                .filter(handle -> uniques.contains(handle.opening().unique()))
                .forEach(this::released);
    }

    // ---- data that may be lost, and modes that must come back

    public synchronized void wrote(Node node, long offset, ByteBuffer data) {
        records.append(Record.WRITE, data, node.id(), offset);
        tables.writes().add(node.id(), offset, data);
    }

    public synchronized void synced(Node node) {
        if (tables.writes().clear(node.id())) {
            records.append(Record.SYNCED, Records.NONE, node.id());
        }
    }

    public synchronized boolean hasPending(Node node) {
        return tables.writes().has(node.id());
    }

    public synchronized long pendingBytes() {
        return tables.writes().bytes();
    }

    /** What is to be written again, in its order. */
    public synchronized List<PendingWrite> pending(Node node) {
        return tables.writes().of(node.id());
    }

    public synchronized void borrowMode(Node node, int mode) {
        records.append(Record.MODE, Records.NONE, node.id(), mode);
        tables.modes().put(node.id(), mode);
    }

    public synchronized void modeIsBack(Node node) {
        records.append(Record.MODE_BACK, Records.NONE, node.id());
        tables.modes().remove(node.id());
    }

    public synchronized Map<Long, Integer> borrowedModes() {
        return Map.copyOf(tables.modes());
    }

    /** For tests. */
    Tables tables() {
        return tables;
    }

    /** For tests: is called whenever a change is about to count. */
    synchronized void beforeCommit(Runnable watcher) {
        records.beforeCommit(watcher);
    }

    @Override
    public void close() throws IOException {
        records.close();
    }
}
