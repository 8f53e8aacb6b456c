// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.fdstorefs.fuse.AttributeChanges;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.CopyRange;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.Request;

/** Something that the kernel asks for in a {@link World}, of a node that is known by its label. */
record Operation(String name, String about, Work work) {
    private static final int EXCLUSIVE = 0200;
    private static final int TRUNCATE = 01000;
    private static final int NO_REPLACE = 1;
    private static final int EXCHANGE = 2;

    /** Answers what the file system answers. */
    interface Work {
        Object run(MirrorFileSystem files, Request request, World world) throws FuseException;
    }

    private interface Change {
        void run(MirrorFileSystem files, Request request, World world) throws FuseException;
    }

    static List<Operation> all() {
        List<Operation> all = new ArrayList<>();
        all.addAll(making());
        all.addAll(removing());
        all.addAll(renaming());
        all.addAll(changing());
        return all;
    }

    private static List<Operation> making() {
        return List.of(
                create("a new file", "root", "new", 0),
                create("a new file exclusively", "root", "new", EXCLUSIVE),
                create("a file that is there", "root", "file", 0),
                create("a file that is there exclusively", "root", "file", EXCLUSIVE),
                create("a file that is there anew", "root", "file", TRUNCATE),
                create("a file where a directory is", "root", "full", 0),
                create("a file with the group of its directory", "setgid", "new", EXCLUSIVE),
                create("a file with the hidden name", "root", ".fdstorefs-removed", 0),
                makeNode("a fifo", "new", 0010620),
                makeNode("a fifo where a file is", "file", 0010620),
                makeNode("a regular file", "new", 0104711),
                makeDirectory("a directory", "root", "new"),
                makeDirectory("a directory where one is", "root", "empty"),
                makeDirectory("a directory with the group of its directory", "setgid", "new"),
                new Operation("make a symbolic link", "root", (f, r, w) -> f.symlink(r, b("new"), b("target"))),
                new Operation("make a symbolic link twice", "root", (f, r, w) -> f.symlink(r, b("link"), b("file"))),
                new Operation("link a file", "full", (f, r, w) -> f.link(r, b("new"), w.node("file"))),
                new Operation("link one of several names", "full", (f, r, w) -> f.link(r, b("new"), w.node("twin"))),
                new Operation("link over a file", "root", (f, r, w) -> f.link(r, b("victim"), w.node("file"))),
                new Operation("link a symbolic link", "root", (f, r, w) -> f.link(r, b("new"), w.node("link"))));
    }

    private static List<Operation> removing() {
        return List.of(
                change("unlink a file", "root", (f, r, w) -> f.unlink(r, b("file"))),
                change("unlink one of two names", "root", (f, r, w) -> f.unlink(r, b("twin"))),
                change("unlink a file below", "full", (f, r, w) -> f.unlink(r, b("child"))),
                change("unlink a symbolic link", "root", (f, r, w) -> f.unlink(r, b("link"))),
                change("unlink what is not there", "root", (f, r, w) -> f.unlink(r, b("absent"))),
                change("unlink a directory", "root", (f, r, w) -> f.unlink(r, b("empty"))),
                change("remove a directory", "root", (f, r, w) -> f.removeDirectory(r, b("empty"))),
                change("remove a full directory", "root", (f, r, w) -> f.removeDirectory(r, b("full"))),
                change("remove a file as a directory", "root", (f, r, w) -> f.removeDirectory(r, b("file"))),
                change("remove what is not there", "root", (f, r, w) -> f.removeDirectory(r, b("absent"))));
    }

    private static List<Operation> renaming() {
        return List.of(
                rename("file", "root", "new", 0),
                rename("file", "full", "new", 0),
                rename("file", "root", "victim", 0),
                rename("file", "full", "child", 0),
                rename("file", "root", "twin", 0),
                rename("twin", "root", "file", 0),
                rename("twin", "root", "twin2", 0),
                rename("link", "root", "file", 0),
                rename("full", "root", "new", 0),
                rename("empty", "full", "new", 0),
                rename("full", "root", "empty", 0),
                rename("empty", "root", "setgid", 0),
                rename("empty", "root", "full", 0),
                rename("file", "root", "empty", 0),
                rename("empty", "root", "file", 0),
                rename("absent", "root", "new", 0),
                rename("absent", "root", "file", 0),
                rename("file", "root", "new", NO_REPLACE),
                rename("file", "root", "victim", NO_REPLACE),
                rename("twin", "root", "twin2", NO_REPLACE),
                rename("file", "root", "victim", EXCHANGE),
                rename("file", "full", "child", EXCHANGE),
                rename("file", "root", "full", EXCHANGE),
                rename("full", "root", "empty", EXCHANGE),
                rename("twin", "root", "twin2", EXCHANGE),
                rename("file", "root", "absent", EXCHANGE),
                rename("absent", "root", "file", EXCHANGE));
    }

    private static List<Operation> changing() {
        return List.of(
                new Operation("change everything of a file", "victim", (f, r, w) -> f.setAttributes(r, everything(r))),
                new Operation(
                        "change everything of a secret", "secret", (f, r, w) -> f.setAttributes(r, everything(r))),
                new Operation("change the owner only", "victim", (f, r, w) -> f.setAttributes(r, owner(r))),
                new Operation("change the mode of a link", "link", (f, r, w) -> f.setAttributes(r, mode())),
                attribute("create an attribute", "user.new", 1),
                attribute("create an attribute twice", "user.there", 1),
                attribute("replace an attribute", "user.there", 2),
                attribute("replace an attribute that is not there", "user.new", 2),
                attribute("set an attribute", "user.new", 0),
                change("remove an attribute", "file", (f, r, w) -> f.removeExtendedAttribute(r, World.ATTRIBUTE)),
                change("remove no attribute", "file", (f, r, w) -> f.removeExtendedAttribute(r, b("user.new"))),
                change("allocate", "file", (f, r, w) -> f.allocate(r, 0, 0, 6, 0)),
                change("punch a hole", "file", (f, r, w) -> f.allocate(r, 0, 1, 1, 3)),
                new Operation("write", "file", (f, r, w) -> f.write(r, 0, 2, data("new"))),
                new Operation(
                        "copy",
                        "victim",
                        (f, r, w) -> f.copyRange(r, new CopyRange(0, 1, w.node("file"), 0, 2, 100, 0))));
    }

    private static Operation change(String name, String about, Change change) {
        return new Operation(name, about, (files, request, world) -> {
            change.run(files, request, world);
            return "done";
        });
    }

    private static Operation create(String name, String about, String file, int flags) {
        return new Operation("create " + name, about, (f, r, w) -> f.create(r, b(file), 0100640, flags | 1));
    }

    private static Operation makeNode(String name, String file, int mode) {
        return new Operation("make " + name, "root", (f, r, w) -> f.makeNode(r, b(file), mode, 0));
    }

    private static Operation makeDirectory(String name, String about, String file) {
        return new Operation("make " + name, about, (f, r, w) -> f.makeDirectory(r, b(file), 01751));
    }

    private static Operation rename(String from, String directory, String to, int flags) {
        String name = "rename " + from + " to " + to + " in " + directory + ", flags " + flags;
        return change(name, "root", (f, r, w) -> f.rename(r, b(from), w.node(directory), b(to), flags));
    }

    private static Operation attribute(String name, String attribute, int flags) {
        return change(name, "file", (f, r, w) -> f.setExtendedAttribute(r, b(attribute), "new".getBytes(UTF_8), flags));
    }

    private static AttributeChanges everything(Request request) {
        return new AttributeChanges(
                OptionalInt.of(02711),
                OptionalInt.of(request.uid()),
                OptionalInt.of(request.gid()),
                OptionalLong.of(2),
                Optional.of(AttributeChanges.NOW),
                Optional.of(World.LONG_AGO));
    }

    private static AttributeChanges owner(Request request) {
        return new AttributeChanges(
                OptionalInt.empty(),
                OptionalInt.of(request.uid()),
                OptionalInt.of(request.gid()),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static AttributeChanges mode() {
        return new AttributeChanges(
                OptionalInt.of(0600),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static ByteBuffer data(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static Bytes b(String text) {
        return Bytes.of(text);
    }

    @Override
    public String toString() {
        return name;
    }
}
