// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.FuseException;
import org.jspecify.annotations.Nullable;

/** What outlives a toy server: a tree of files in memory. And what its lives were asked for that nobody may ask for. */
final class Disk {
    private static final int NO_REPLACE = 1;
    private static final int EXCHANGE = 2;

    private final List<String> violations = new ArrayList<>();
    private final File root = new File(1, Attributes.DIRECTORY | 0755);
    private long numbers = 1000;
    private long lastOfTheBeginning = Long.MAX_VALUE;

    /** A file of any type. */
    static final class File {
        private final long number;
        private final TreeMap<String, File> entries = new TreeMap<>();
        private final TreeMap<String, byte[]> attributes = new TreeMap<>();
        private int mode;
        private int links = 1;
        private byte[] data = {};

        private File(long number, int mode) {
            this.number = number;
            this.mode = mode;
        }

        long number() {
            return number;
        }

        int mode() {
            return mode;
        }

        void mode(int permissions) {
            mode = type() | permissions;
        }

        int type() {
            return mode & Attributes.TYPE_MASK;
        }

        int links() {
            return links;
        }

        byte[] data() {
            return data;
        }

        void data(byte[] bytes) {
            data = bytes;
        }

        Map<String, File> entries() {
            return entries;
        }

        Map<String, byte[]> attributes() {
            return attributes;
        }
    }

    File root() {
        return root;
    }

    /** Files that are made from now on are called new. */
    void isReady() {
        lastOfTheBeginning = numbers;
    }

    void violation(String what) {
        violations.add(what);
    }

    Optional<File> find(File directory, String name) throws FuseException {
        if (directory.type() != Attributes.DIRECTORY) {
            throw new FuseException(Errno.ENOTDIR);
        }
        return Optional.ofNullable(directory.entries.get(name));
    }

    File get(File directory, String name) throws FuseException {
        return find(directory, name).orElseThrow(() -> new FuseException(Errno.ENOENT));
    }

    File make(File directory, String name, int mode, String data) throws FuseException {
        checkFree(directory, name);
        File file = new File(++numbers, mode);
        file.data = data.getBytes(UTF_8);
        directory.entries.put(name, file);
        return file;
    }

    private void checkFree(File directory, String name) throws FuseException {
        if (find(directory, name).isPresent()) {
            throw new FuseException(Errno.EEXIST);
        }
    }

    void link(File file, File directory, String name) throws FuseException {
        checkFree(directory, name);
        file.links++;
        directory.entries.put(name, file);
    }

    void unlink(File directory, String name) throws FuseException {
        if (get(directory, name).type() == Attributes.DIRECTORY) {
            throw new FuseException(Errno.EISDIR);
        }
        directory.entries.remove(name).links--;
    }

    void removeDirectory(File directory, String name) throws FuseException {
        File file = get(directory, name);
        if (file.type() != Attributes.DIRECTORY) {
            throw new FuseException(Errno.ENOTDIR);
        } else if (!file.entries.isEmpty()) {
            throw new FuseException(Errno.ENOTEMPTY);
        }
        directory.entries.remove(name);
        file.links = 0;
    }

    void rename(File from, String name, File to, String newName, int flags) throws FuseException {
        File file = get(from, name);
        File other = find(to, newName).orElse(null);
        if (flags == EXCHANGE) {
            from.entries.put(name, get(to, newName));
            to.entries.put(newName, file);
        } else if (other != null && flags == NO_REPLACE) {
            throw new FuseException(Errno.EEXIST);
        } else if (file != other) {
            replace(file, other, to, newName);
            from.entries.remove(name);
            to.entries.put(newName, file);
        }
    }

    private void replace(File file, @Nullable File other, File to, String name) throws FuseException {
        if (other == null) {
            return;
        }
        boolean directory = file.type() == Attributes.DIRECTORY;
        if (directory != (other.type() == Attributes.DIRECTORY)) {
            throw new FuseException(directory ? Errno.ENOTDIR : Errno.EISDIR);
        } else if (directory) {
            removeDirectory(to, name);
        } else {
            unlink(to, name);
        }
    }

    /** Each file by its names, with what it was at first. */
    String describe() {
        StringBuilder text = new StringBuilder();
        violations.forEach(what -> text.append("VIOLATION: ").append(what).append('\n'));
        describe("", root, text);
        return text.toString();
    }

    private void describe(String path, File file, StringBuilder text) {
        text.append(String.format("%s/ %s %o", path, label(file.number), file.mode));
        if (file.type() != Attributes.DIRECTORY) {
            text.append(String.format(" %d links, \"%s\"", file.links, new String(file.data, UTF_8)));
        }
        file.attributes.forEach(
                (name, value) -> text.append(" ").append(name).append("=").append(new String(value, UTF_8)));
        text.append('\n');
        file.entries.forEach((name, child) -> describe(path + "/" + name, child, text));
    }

    /** What a file is called, by its number. */
    String label(long number) {
        return number > lastOfTheBeginning ? "new" : "#" + number;
    }
}
