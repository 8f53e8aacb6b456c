// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.fdstorefs.fuse.wire.Opcode;

/** Puts requests together as the kernel does. */
final class Ask {
    private static final int MOST = 4096;
    private static final int UID = 1000;
    private static final int PID = 42;

    private Ask() {}

    /** An int and a long are numbers, a text is a name with a NUL behind it, bytes are bytes. */
    static byte[] request(int code, long node, Object... parts) {
        ByteBuffer out = ByteBuffer.allocate(MOST).order(ByteOrder.nativeOrder());
        out.putInt(0).putInt(code).putLong(0).putLong(node);
        out.putInt(UID).putInt(UID).putInt(PID).putInt(0);
        for (Object part : parts) {
            if (part instanceof Integer number) {
                out.putInt(number);
            } else if (part instanceof Long number) {
                out.putLong(number);
            } else if (part instanceof byte[] bytes) {
                out.put(bytes);
            } else {
                out.put(part.toString().getBytes(StandardCharsets.UTF_8)).put((byte) 0);
            }
        }
        out.putInt(0, out.position());
        return Arrays.copyOf(out.array(), out.position());
    }

    static byte[] request(Opcode opcode, long node, Object... parts) {
        return request(opcode.code(), node, parts);
    }

    static byte[] lookup(long parent, String name) {
        return request(Opcode.LOOKUP, parent, name);
    }

    static byte[] attributes(long node) {
        return request(Opcode.GETATTR, node, 0, 0, 0L);
    }

    static byte[] attributes(long node, long handle) {
        return request(Opcode.GETATTR, node, Wire.GETATTR_HAS_HANDLE, 0, handle);
    }

    /** SETATTR of size and mode, as {@code valid} says. */
    static byte[] change(long node, int valid, long handle, long size, int mode) {
        byte[] between = new byte[Wire.SETATTR_MODE - 24];
        return request(Opcode.SETATTR, node, valid, 0, handle, size, between, mode, new byte[16]);
    }

    static byte[] open(long node, int flags) {
        return request(Opcode.OPEN, node, flags, 0);
    }

    static byte[] openDirectory(long node) {
        return request(Opcode.OPENDIR, node, 0, 0);
    }

    static byte[] create(long parent, String name, int mode, int flags) {
        return request(Opcode.CREATE, parent, flags, mode, 0, 0, name);
    }

    static byte[] makeDirectory(long parent, String name) {
        return request(Opcode.MKDIR, parent, 0751, 0, name);
    }

    static byte[] read(long node, long handle, long offset, int size) {
        return request(Opcode.READ, node, handle, offset, size, new byte[20]);
    }

    static byte[] list(long node, long handle, long offset, int size) {
        return request(Opcode.READDIR, node, handle, offset, size, new byte[20]);
    }

    static byte[] write(long node, long handle, long offset, String text) {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        return request(Opcode.WRITE, node, handle, offset, data.length, new byte[20], data);
    }

    static byte[] flush(long node, long handle) {
        return request(Opcode.FLUSH, node, handle, new byte[16]);
    }

    static byte[] sync(long node, long handle) {
        return request(Opcode.FSYNC, node, handle, 0, 0);
    }

    static byte[] release(boolean directory, long node, long handle) {
        return request(directory ? Opcode.RELEASEDIR : Opcode.RELEASE, node, handle, new byte[16]);
    }

    static byte[] allocate(long node, long handle, long offset, long length, int mode) {
        return request(Opcode.FALLOCATE, node, handle, offset, length, mode, 0);
    }

    static byte[] unlink(long parent, String name) {
        return request(Opcode.UNLINK, parent, name);
    }

    static byte[] rename(long parent, String name, long newParent, String newName) {
        return request(Opcode.RENAME, parent, newParent, name, newName);
    }

    static byte[] rename(long parent, String name, long newParent, String newName, int flags) {
        return request(Opcode.RENAME2, parent, newParent, flags, 0, name, newName);
    }

    static byte[] setAttribute(long node, String name, String value, int flags) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return request(Opcode.SETXATTR, node, bytes.length, flags, name, bytes);
    }
}
