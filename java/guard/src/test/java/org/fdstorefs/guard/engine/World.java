// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.wire.Opcode;
import org.fdstorefs.guard.engine.Answer.Name;
import org.fdstorefs.guard.engine.Disk.File;
import org.fdstorefs.guard.engine.ToyFiles.Kind;

/** A mounted toy server of which the kernel knows all files and has some open, and a description of it all. */
final class World implements AutoCloseable {
    static final int READ_WRITE = 2;
    static final int APPEND = 02000 | 1;
    private static final Set<String> APPENDED = Set.of("append", "victim");

    private final Disk disk = new Disk();
    private final Fate fate = new Fate();
    private final TestGuard guard;
    private final Map<String, Long> nodes = new LinkedHashMap<>();
    private final Map<String, Long> handles = new LinkedHashMap<>();
    private final long listed;

    World(Kind kind) throws IOException, InterruptedException {
        fill();
        guard = new TestGuard(generation -> new Life(generation, disk, kind, fate), fate, kind.habits());
        nodes.put("root", 1L);
        for (String name : new String[] {"file", "victim", "opened", "append", "twin", "twin2", "gone", "pending"}) {
            know(name, 1);
        }
        for (String name : new String[] {"empty", "full", "link"}) {
            know(name, 1);
        }
        know("child", node("full"));
        for (String name : new String[] {"opened", "twin", "gone", "pending", "child"}) {
            open(name, READ_WRITE);
        }
        open("append", APPEND);
        Answer made = guard.ask(Ask.create(1, "sealed", 0444, READ_WRITE));
        nodes.put("sealed", made.node());
        handles.put("sealed", made.createdHandle());
        handles.put("root", guard.ask(Ask.openDirectory(1)).handle());
        done(Ask.unlink(1, "gone"));
        done(Ask.write(node("pending"), handle("pending"), 2, "later"));
        done(Ask.write(node("pending"), handle("pending"), 4, "LAST"));
        done(Ask.read(node("pending"), handle("pending"), 0, 1));
        listed = guard.ask(Ask.list(1, handle("root"), 0, 200)).names().get(3).next();
        disk.isReady();
    }

    private void fill() throws IOException {
        File root = disk.root();
        int plain = Attributes.REGULAR | 0644;
        for (String name : new String[] {"file", "victim", "opened", "append", "twin", "gone", "pending"}) {
            disk.make(root, name, plain, name);
        }
        disk.get(root, "file").attributes().put("user.there", new byte[] {'v'});
        disk.link(disk.get(root, "twin"), root, "twin2");
        disk.make(root, "empty", Attributes.DIRECTORY | 0755, "");
        disk.make(disk.make(root, "full", Attributes.DIRECTORY | 0755, ""), "child", plain, "child");
        disk.make(root, "link", Attributes.SYMBOLIC_LINK | 0777, "file");
    }

    private void know(String name, long parent) throws IOException, InterruptedException {
        nodes.put(name, guard.ask(Ask.lookup(parent, name)).node());
    }

    private void open(String name, int flags) throws IOException, InterruptedException {
        handles.put(name, guard.ask(Ask.open(node(name), flags)).handle());
    }

    private void done(byte[] request) throws IOException, InterruptedException {
        assertThat(guard.ask(request).error()).isEmpty();
    }

    TestGuard guard() {
        return guard;
    }

    Fate fate() {
        return fate;
    }

    Disk disk() {
        return disk;
    }

    long node(String label) {
        return nodes.get(label);
    }

    long handle(String label) {
        return handles.get(label);
    }

    /** Where a reader of the root stands. */
    long listed() {
        return listed;
    }

    /** What the kernel makes of an answer. */
    String describe(Operation operation, Answer answer) {
        if (answer.errno() != 0) {
            return answer.error();
        }
        Opcode opcode = operation.opcode();
        if (opcode == Opcode.RELEASE || opcode == Opcode.RELEASEDIR) {
            handles.remove(operation.about());
        }
        return switch (opcode) {
            case LOOKUP, MKDIR, MKNOD, SYMLINK, LINK -> entry(answer);
            case CREATE -> {
                String entry = entry(answer);
                handles.put("new", answer.createdHandle());
                yield entry + " opened";
            }
            case OPEN, OPENDIR -> {
                handles.put(operation.about(), answer.handle());
                yield "opened";
            }
            case GETATTR, SETATTR -> attributes(answer, Wire.ATTR_ATTR, node(operation.about()));
            case READDIR -> names(answer);
            default -> answer.text();
        };
    }

    private String entry(Answer answer) {
        String label = label(answer.node());
        if (label.equals("new")) {
            nodes.put("new", answer.node());
        }
        return label + " " + answer.body().getLong(Wire.ENTRY_GENERATION) + " "
                + attributes(answer, Wire.ENTRY_ATTR, answer.node());
    }

    private String label(long node) {
        return nodes.entrySet().stream()
                .filter(entry -> entry.getValue() == node)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("new");
    }

    private String attributes(Answer answer, int at, long node) {
        long inode = answer.body().getLong(at + Wire.ATTR_INODE);
        int mode = answer.body().getInt(at + Wire.ATTR_MODE);
        boolean counted = (mode & Attributes.TYPE_MASK) != Attributes.DIRECTORY;
        return String.format(
                "%o %s %s %d",
                mode,
                inode == node ? "own" : disk.label(inode),
                counted ? answer.body().getInt(at + Wire.ATTR_LINKS) : "",
                answer.body().getLong(at + Wire.ATTR_SIZE));
    }

    private static String names(Answer answer) {
        return answer.names().stream().map(Name::name).toList().toString();
    }

    /** Uses all that the kernel has, ends it, and describes what is left. */
    String aftermath() throws IOException, InterruptedException {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, Long> known : nodes.entrySet()) {
            text.append(known.getKey()).append(": ");
            text.append(seen(known.getKey(), known.getValue())).append('\n');
        }
        for (Map.Entry<String, Long> open : handles.entrySet()) {
            text.append(open.getKey()).append(" is open: ");
            text.append(use(open.getKey(), node(open.getKey()), open.getValue()))
                    .append('\n');
        }
        text.append(disk.describe()).append(guard.state().borrowedModes());
        nodes.remove("root");
        for (long node :
                nodes.values().stream().sorted((a, b) -> Long.compare(b, a)).toList()) {
            guard.forget(node);
        }
        return text + " " + guard.state().countOfHandles() + " open, "
                + guard.state().pendingBytes() + " pending, "
                + guard.keeper().current().files().nodes().size() + " known";
    }

    /** The kernel does not ask about a file that has no name and is not open. */
    private String seen(String label, long node) throws IOException, InterruptedException {
        boolean named = guard.state()
                .node(node)
                .filter(it -> !guard.state().places(it).isEmpty())
                .isPresent();
        if (node != 1 && !named && !handles.containsKey(label)) {
            return "gone";
        }
        Answer answer = guard.ask(Ask.attributes(node));
        return answer.errno() == 0 ? attributes(answer, Wire.ATTR_ATTR, node) : answer.error();
    }

    private String use(String label, long node, long handle) throws IOException, InterruptedException {
        if (node == 1) {
            String all = names(guard.ask(Ask.list(1, handle, 0, 4096)));
            String rest = names(guard.ask(Ask.list(1, handle, listed, 4096)));
            return all + rest + guard.ask(Ask.release(true, 1, handle)).error();
        }
        Answer attributes = guard.ask(Ask.attributes(node, handle));
        // The kernel appends where the file ends.
        long end = APPENDED.contains(label) && attributes.errno() == 0
                ? attributes.body().getLong(Wire.ATTR_ATTR + Wire.ATTR_SIZE)
                : 1;
        return (attributes.errno() == 0 ? attributes(attributes, Wire.ATTR_ATTR, node) : attributes.error())
                + guard.ask(Ask.read(node, handle, 0, 100)).text()
                + guard.ask(Ask.write(node, handle, end, "+")).error()
                + guard.ask(Ask.flush(node, handle)).error()
                + guard.ask(Ask.release(false, node, handle)).error();
    }

    @Override
    public void close() throws IOException {
        guard.close();
    }
}
