// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.fdstorefs.fuse.wire.Opcode;

/**
 * Something that the kernel asks for in a {@link World}.
 *
 * @param about the label of the node that it is about
 */
record Operation(String name, Opcode opcode, String about, Function<World, byte[]> request) {
    private static final int EXCLUSIVE = 0200;
    private static final int NO_REPLACE = 1;
    private static final int EXCHANGE = 2;
    private static final int SIZE = Wire.FATTR_SIZE;
    private static final int COLLAPSE = 8;

    static List<Operation> all() {
        List<Operation> all = new ArrayList<>(making());
        all.addAll(removing());
        all.addAll(renaming());
        all.addAll(using());
        all.addAll(changing());
        return all;
    }

    private static List<Operation> making() {
        return List.of(
                of("look up a file", Opcode.LOOKUP, w -> Ask.lookup(1, "file")),
                of("look up what is not there", Opcode.LOOKUP, w -> Ask.lookup(1, "absent")),
                of("make a directory", Opcode.MKDIR, w -> Ask.makeDirectory(1, "new")),
                of("make a directory below", Opcode.MKDIR, w -> Ask.makeDirectory(w.node("full"), "new")),
                of("make a file", Opcode.MKNOD, w -> Ask.request(Opcode.MKNOD, 1, 0100604, 0, 0L, "new")),
                of("make a fifo", Opcode.MKNOD, w -> Ask.request(Opcode.MKNOD, 1, 0010604, 0, 0L, "new")),
                of("make a symbolic link", Opcode.SYMLINK, w -> Ask.request(Opcode.SYMLINK, 1, "new", "target")),
                of("link a file", Opcode.LINK, w -> link(w, "file")),
                of("link an open file", Opcode.LINK, w -> link(w, "opened")),
                of("link one of two names", Opcode.LINK, w -> link(w, "twin")),
                of("create a file", Opcode.CREATE, w -> Ask.create(1, "new", 0640, 2 | EXCLUSIVE)),
                of("create a file not exclusively", Opcode.CREATE, w -> Ask.create(1, "new", 0640, 1)),
                of("create a file that may not be written", Opcode.CREATE, w -> Ask.create(1, "new", 0444, 2)));
    }

    private static byte[] link(World world, String file) {
        return Ask.request(Opcode.LINK, world.node("full"), world.node(file), "new");
    }

    private static List<Operation> removing() {
        return List.of(
                of("unlink a file", Opcode.UNLINK, w -> Ask.unlink(1, "file")),
                of("unlink an open file", Opcode.UNLINK, w -> Ask.unlink(1, "opened")),
                of("unlink an open file with data pending", Opcode.UNLINK, w -> Ask.unlink(1, "pending")),
                of("unlink an open file below", Opcode.UNLINK, w -> Ask.unlink(w.node("full"), "child")),
                of("unlink one of two names of an open file", Opcode.UNLINK, w -> Ask.unlink(1, "twin2")),
                of("unlink a symbolic link", Opcode.UNLINK, w -> Ask.unlink(1, "link")),
                of("remove a directory", Opcode.RMDIR, w -> Ask.request(Opcode.RMDIR, 1, "empty")),
                of("remove a full directory", Opcode.RMDIR, w -> Ask.request(Opcode.RMDIR, 1, "full")));
    }

    private static List<Operation> renaming() {
        return List.of(
                rename("file", "new"),
                rename("opened", "new"),
                rename("file", "victim"),
                rename("opened", "victim"),
                rename("file", "opened"),
                rename("append", "opened"),
                rename("file", "twin"),
                rename("twin", "twin2"),
                rename("twin", "opened"),
                rename("empty", "moved"),
                rename("full", "empty"),
                rename("empty", "full"),
                of("rename into a directory", Opcode.RENAME, w -> Ask.rename(1, "opened", w.node("full"), "new")),
                of(
                        "rename over an open file below",
                        Opcode.RENAME,
                        w -> Ask.rename(1, "file", w.node("full"), "child")),
                rename("opened", "new", NO_REPLACE),
                rename("file", "opened", NO_REPLACE),
                rename("file", "opened", EXCHANGE),
                rename("opened", "append", EXCHANGE),
                rename("file", "full", EXCHANGE));
    }

    private static List<Operation> using() {
        return List.of(
                of("open a file", Opcode.OPEN, "file", w -> Ask.open(w.node("file"), 2)),
                of("open a file to append", Opcode.OPEN, "victim", w -> Ask.open(w.node("victim"), World.APPEND)),
                of("open a directory", Opcode.OPENDIR, "full", w -> Ask.openDirectory(w.node("full"))),
                of("read", Opcode.READ, w -> Ask.read(w.node("pending"), w.handle("pending"), 1, 100)),
                of("write", Opcode.WRITE, w -> Ask.write(w.node("opened"), w.handle("opened"), 3, "new")),
                of(
                        "write what is pending",
                        Opcode.WRITE,
                        w -> Ask.write(w.node("pending"), w.handle("pending"), 5, "new")),
                of("append", Opcode.WRITE, w -> Ask.write(w.node("append"), w.handle("append"), 6, "new")),
                of("write a removed file", Opcode.WRITE, w -> Ask.write(w.node("gone"), w.handle("gone"), 4, "new")),
                of("write a sealed file", Opcode.WRITE, w -> Ask.write(w.node("sealed"), w.handle("sealed"), 0, "x")),
                of("sync", Opcode.FSYNC, w -> Ask.sync(w.node("pending"), w.handle("pending"))),
                of("flush", Opcode.FLUSH, w -> Ask.flush(w.node("pending"), w.handle("pending"))),
                release("opened"),
                release("pending"),
                release("gone"),
                release("sealed"),
                of("release a directory", Opcode.RELEASEDIR, "root", w -> Ask.release(true, 1, w.handle("root"))),
                of("list a directory", Opcode.READDIR, w -> Ask.list(1, w.handle("root"), 0, 4096)),
                of("list from the middle", Opcode.READDIR, w -> Ask.list(1, w.handle("root"), w.listed(), 4096)),
                of("read a link", Opcode.READLINK, w -> Ask.request(Opcode.READLINK, w.node("link"))),
                of("stat the file system", Opcode.STATFS, w -> Ask.request(Opcode.STATFS, 1)));
    }

    private static List<Operation> changing() {
        return List.of(
                of("attributes", Opcode.GETATTR, "twin", w -> Ask.attributes(w.node("twin"))),
                of(
                        "attributes of a removed file",
                        Opcode.GETATTR,
                        "gone",
                        w -> Ask.attributes(w.node("gone"), w.handle("gone"))),
                of("truncate", Opcode.SETATTR, "file", w -> Ask.change(w.node("file"), SIZE, 0, 2, 0)),
                of(
                        "truncate what is pending",
                        Opcode.SETATTR,
                        "pending",
                        w -> Ask.change(w.node("pending"), SIZE, 0, 2, 0)),
                of(
                        "truncate what is open",
                        Opcode.SETATTR,
                        "pending",
                        w -> Ask.change(w.node("pending"), SIZE | Wire.FATTR_FH, w.handle("pending"), 1, 0)),
                of(
                        "change the mode of an open file",
                        Opcode.SETATTR,
                        "opened",
                        w -> Ask.change(w.node("opened"), Wire.FATTR_MODE, 0, 0, 0400)),
                of("create an attribute", Opcode.SETXATTR, w -> Ask.setAttribute(w.node("file"), "user.new", "v", 1)),
                of(
                        "replace an attribute",
                        Opcode.SETXATTR,
                        w -> Ask.setAttribute(w.node("file"), "user.there", "v", 2)),
                of(
                        "remove an attribute",
                        Opcode.REMOVEXATTR,
                        w -> Ask.request(Opcode.REMOVEXATTR, w.node("file"), "user.there")),
                of(
                        "read an attribute",
                        Opcode.GETXATTR,
                        w -> Ask.request(Opcode.GETXATTR, w.node("file"), 10, 0, "user.there")),
                of("allocate", Opcode.FALLOCATE, w -> Ask.allocate(w.node("opened"), w.handle("opened"), 0, 20, 0)),
                of(
                        "allocate where data are pending",
                        Opcode.FALLOCATE,
                        w -> Ask.allocate(w.node("pending"), w.handle("pending"), 0, 20, 0)));
    }

    /** What cannot be done twice, and cannot be seen to have been done. */
    static Operation collapse() {
        return of(
                "collapse", Opcode.FALLOCATE, w -> Ask.allocate(w.node("opened"), w.handle("opened"), 0, 2, COLLAPSE));
    }

    private static Operation of(String name, Opcode opcode, Function<World, byte[]> request) {
        return of(name, opcode, "root", request);
    }

    private static Operation of(String name, Opcode opcode, String about, Function<World, byte[]> request) {
        return new Operation(name, opcode, about, request);
    }

    private static Operation rename(String from, String to) {
        return of("rename " + from + " to " + to, Opcode.RENAME, w -> Ask.rename(1, from, 1, to));
    }

    private static Operation rename(String from, String to, int flags) {
        String name = "rename " + from + " to " + to + (flags == EXCHANGE ? ", exchanging" : ", not replacing");
        return of(name, Opcode.RENAME2, w -> Ask.rename(1, from, 1, to, flags));
    }

    private static Operation release(String file) {
        return of("release " + file, Opcode.RELEASE, file, w -> Ask.release(false, w.node(file), w.handle(file)));
    }

    @Override
    public String toString() {
        return name;
    }
}
