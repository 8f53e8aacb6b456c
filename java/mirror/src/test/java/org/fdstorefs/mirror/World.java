// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.Created;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.FuseException;

/**
 * A small tree that the kernel knows all of, and a description of what became of it in which each
 * file is called by what it was named at first; two trees to which the same was done are described
 * the same.
 */
final class World {
    static final Instant LONG_AGO = Instant.ofEpochSecond(1_000_000_000, 123_456_789);
    static final Bytes ATTRIBUTE = Bytes.of("user.there");

    private final Path source;
    private final Mirror maker;
    private final Map<String, Long> nodes = new LinkedHashMap<>();

    World(Path source) throws IOException, FuseException {
        this.source = source;
        this.maker = new Mirror(source);
        nodes.put("root", 1L);
        file("file", "abc");
        file("victim", "victim");
        file("twin", "twin");
        maker.link(1, "twin2", node("twin"));
        file("secret", "secret");
        directory("empty", 0755);
        directory("full", 0755);
        directory("setgid", 02755);
        nodes.put("child", maker.create(node("full"), "child", 0644).nodeId());
        nodes.put("link", maker.symlink(1, "link", "file").nodeId());
        maker.files().setExtendedAttribute(maker.about(node("file")).first(), ATTRIBUTE, "value".getBytes(UTF_8), 0);
        Files.setAttribute(source.resolve("secret"), "unix:mode", 0204);
        Files.setAttribute(source.resolve("victim"), "unix:mode", 04755);
    }

    private void file(String name, String text) throws FuseException {
        nodes.put(name, maker.create(1, name, 0644).nodeId());
        maker.write(node(name), 0, text);
    }

    private void directory(String name, int mode) throws FuseException {
        nodes.put(name, maker.makeDirectory(1, name, mode).nodeId());
    }

    Mirror maker() {
        return maker;
    }

    Path source() {
        return source;
    }

    long node(String label) {
        return nodes.get(label);
    }

    /** Has a server see where everything is. */
    void show(Mirror server) throws FuseException {
        for (long node : nodes.values()) {
            server.attributes(node);
        }
    }

    /** Describes an answer, but for times that depend on when it was given. */
    String describe(Object answer) {
        if (answer instanceof Entry entry) {
            maker.known().answered(entry);
            return label(entry.nodeId()) + " noted in " + label(entry.note()) + " " + describe(entry.attributes());
        } else if (answer instanceof Created created) {
            return describe(created.entry());
        } else if (answer instanceof Attributes a) {
            boolean counted = a.type() != Attributes.DIRECTORY;
            return String.format(
                    "%o %s %d:%d %s%s",
                    a.mode(),
                    a.links(),
                    a.uid(),
                    a.gid(),
                    counted ? a.size() : "",
                    a.modified().equals(LONG_AGO) ? " long ago" : "");
        }
        return String.valueOf(answer);
    }

    /** Describes the tree as it is on the host and as a server shows it. */
    String describe(Mirror server) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> paths = Files.walk(source)) {
            TreeSet<String> lines = new TreeSet<>();
            for (Path path : (Iterable<Path>) paths::iterator) {
                lines.add(describe(path));
            }
            lines.forEach(line -> text.append(line).append('\n'));
        }
        nodes.forEach((label, node) -> text.append(label)
                .append(" is noted in ")
                .append(label(maker.known().get(node)))
                .append(" and seen as ")
                .append(seen(server, node))
                .append('\n'));
        return text.toString();
    }

    private String seen(Mirror server, long node) {
        try {
            Attributes attributes = server.attributes(node);
            return attributes.type() == Attributes.DIRECTORY && attributes.links() > 0
                    ? describe(attributes) + new TreeSet<>(server.names(node))
                    : describe(attributes);
        } catch (FuseException e) {
            return e.getMessage();
        }
    }

    private String describe(Path path) throws IOException {
        Map<String, Object> all = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
        boolean regular = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
        String name = path.getFileName().toString();
        return source.relativize(path.resolveSibling(name.matches("\\d+") ? label(Long.parseLong(name)) : name))
                + " "
                + (path.equals(source) ? "root" : label((long) all.get("ino")))
                + String.format(
                        " %o %s %s:%s ", (int) all.get("mode"), all.get("nlink"), all.get("uid"), all.get("gid"))
                + (regular && Files.isReadable(path) ? Files.readString(path) + attribute(path) : "");
    }

    private static String attribute(Path path) throws IOException {
        var view = Files.getFileAttributeView(path, UserDefinedFileAttributeView.class);
        StringBuilder text = new StringBuilder();
        for (String name : view.list()) {
            ByteBuffer value = ByteBuffer.allocate(100);
            view.read(name, value);
            text.append(" ").append(name).append("=").append(UTF_8.decode(value.flip()));
        }
        return text.toString();
    }

    private String label(long node) {
        Optional<String> known = nodes.entrySet().stream()
                .filter(entry -> entry.getValue() == node)
                .map(Map.Entry::getKey)
                .findFirst();
        return node == 0 ? "none" : known.orElse("new");
    }
}
