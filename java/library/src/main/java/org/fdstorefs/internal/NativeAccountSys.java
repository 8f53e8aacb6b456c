// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@link AccountSys} on the C library. */
final class NativeAccountSys implements AccountSys {
    static final NativeAccountSys INSTANCE = new NativeAccountSys();

    // -ENOENT.
    private static final long NOT_FOUND = -2;

    // struct passwd and struct group begin with two pointers, and the id: pw_uid, gr_gid.
    private static final int ID = 16;
    private static final int STRUCT_SIZE = 128;
    // For the names of the members of a group, too.
    private static final int STRINGS_SIZE = 1 << 20;

    private NativeAccountSys() {}

    private interface Lookup {
        int look(byte[] name, byte[] struct, byte[] strings, long size, long[] found);
    }

    @Override
    public long userId(byte[] name) {
        return id(AccountLibc::getpwnam_r, name);
    }

    @Override
    public long groupId(byte[] name) {
        return id(AccountLibc::getgrnam_r, name);
    }

    private static long id(Lookup lookup, byte[] name) {
        byte[] struct = new byte[STRUCT_SIZE];
        long[] found = new long[1];
        int error = lookup.look(ByteStrings.cString(name), struct, new byte[STRINGS_SIZE], STRINGS_SIZE, found);
        if (found[0] == 0) {
            return error == 0 ? NOT_FOUND : -error;
        }
        return Integer.toUnsignedLong(
                ByteBuffer.wrap(struct).order(ByteOrder.nativeOrder()).getInt(ID));
    }
}
