// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** What {@link NativeAccountSys} needs of the C library, by JNA, as {@link JnaSeam} has it. */
final class AccountLibc {
    static {
        Linux.requireSupported();
        Native.register(AccountLibc.class, NativeLibrary.getProcess());
    }

    private AccountLibc() {}

    // The functions return an error number, and do not set errno.

    static native int getpwnam_r(byte[] name, byte[] passwd, byte[] strings, long size, long[] found);

    static native int getgrnam_r(byte[] name, byte[] group, byte[] strings, long size, long[] found);
}
