// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Uapi;
import org.jspecify.annotations.Nullable;

/**
 * A kernel with one directory of one store. What entries hold are the numbers that were put. Tests
 * set who may do what, and what happens behind the back of the code under test.
 */
final class FakeStore extends UnusedSys {
    /** The descriptor of the directory. */
    static final int DIRECTORY = 3;

    private static final int ACCESS_MODE = 3;

    /** An entry: what it holds, and what it may be opened for. */
    static final class Entry {
        @Nullable
        Integer stored;

        Set<Integer> allowed = Set.of(Linux.O_RDONLY, Linux.O_WRONLY, Linux.O_RDWR);
        Errno refusal = Errno.EACCES;
    }

    final Map<String, Entry> entries = new HashMap<>();
    final Set<Integer> open = new HashSet<>(Set.of(DIRECTORY));
    /** What each descriptor that the store gave out stands for. */
    final Map<Integer, Integer> given = new HashMap<>();
    /** Called before an entry is made, and before an entry is put into. */
    Runnable beforeLink = () -> {};

    Runnable beforePut = () -> {};
    /** The argument of the last PUT. */
    byte[] lastPut;
    /** If set, what every PUT, or every GET and TAKE, answers. */
    Errno putError;

    Errno getError;

    private record Handle(Entry entry, int accessMode) {}

    private final Map<Integer, Handle> handles = new HashMap<>();
    private int lastFd = 99;

    FdStore store() {
        return new FdStore(new Directory(this, "/store", Path.of("/store"), Fd.adopt(this, DIRECTORY)));
    }

    Entry add(String name, Integer stored) {
        Entry entry = new Entry();
        entry.stored = stored;
        entries.put(name, entry);
        return entry;
    }

    /** The anchor of the last PUT. */
    int anchorOfPut() {
        return ByteBuffer.wrap(lastPut).order(ByteOrder.nativeOrder()).getInt(8);
    }

    private int newFd() {
        open.add(++lastFd);
        return lastFd;
    }

    @Override
    public int openat(int dirFd, byte[] path, int flags, int mode) {
        boolean temporary = (flags & Linux.oTmpFile()) == Linux.oTmpFile();
        Entry entry = temporary ? new Entry() : entries.get(ByteStrings.decode(path));
        if (entry == null) {
            return -Errno.ENOENT.number();
        }
        int accessMode = flags & ACCESS_MODE;
        if (!entry.allowed.contains(accessMode)) {
            return -entry.refusal.number();
        }
        int fd = newFd();
        handles.put(fd, new Handle(entry, accessMode));
        return fd;
    }

    @Override
    public int close(int fd) {
        handles.remove(fd);
        return open.remove(fd) ? 0 : -Errno.EBADF.number();
    }

    @Override
    public int ioctl(int fd, long request, byte[] argument) {
        if (request != Uapi.IOC_PUT) {
            return -Errno.ENOTTY.number();
        }
        lastPut = argument;
        beforePut.run();
        if (putError != null) {
            return -putError.number();
        }
        ByteBuffer put = ByteBuffer.wrap(argument).order(ByteOrder.nativeOrder());
        Entry entry = handles.get(fd).entry();
        if (entry.stored != null && (put.getInt(4) & Uapi.PUT_REPLACE) == 0) {
            return -Errno.EBUSY.number();
        }
        entry.stored = put.getInt(0);
        return 0;
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        if (getError != null) {
            return -getError.number();
        }
        Entry entry = handles.get(fd).entry();
        if (entry.stored == null) {
            return -Errno.ENODATA.number();
        }
        int number = newFd();
        given.put(number, entry.stored);
        if (request == Uapi.IOC_TAKE) {
            entry.stored = null;
        }
        return number;
    }

    @Override
    public long read(int fd, byte[] buffer, long count) {
        Handle handle = handles.get(fd);
        String text = handle.entry().stored == null ? "state:\tempty\n" : EntryTextTest.FILLED;
        byte[] bytes = text.getBytes(US_ASCII);
        System.arraycopy(bytes, 0, buffer, 0, bytes.length);
        return bytes.length;
    }

    @Override
    public int linkat(int oldDirFd, byte[] oldPath, int newDirFd, byte[] newPath, int flags) {
        beforeLink.run();
        String source = ByteStrings.decode(oldPath);
        int fd = Integer.parseInt(source.substring("/proc/self/fd/".length()));
        Entry entry = handles.get(fd).entry();
        boolean free = entries.putIfAbsent(ByteStrings.decode(newPath), entry) == null;
        return free ? 0 : -Errno.EEXIST.number();
    }

    @Override
    public int unlinkat(int dirFd, byte[] path, int flags) {
        return entries.remove(ByteStrings.decode(path)) == null ? -Errno.ENOENT.number() : 0;
    }

    @Override
    public long getdents(int fd, byte[] buffer) {
        throw new AssertionError("directories are read for real in DirectoryReaderTest");
    }
}
