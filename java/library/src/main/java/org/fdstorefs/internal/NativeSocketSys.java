// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static org.fdstorefs.internal.NativeSys.check;

/** {@link SocketSys} on the C library. */
final class NativeSocketSys implements SocketSys {
    static final NativeSocketSys INSTANCE = new NativeSocketSys();

    private NativeSocketSys() {}

    @Override
    public int option(int fd, int option) {
        int[] value = new int[1];
        int[] length = {Integer.BYTES};
        int result = check(SocketLibc.getsockopt(fd, Linux.SOL_SOCKET, option, value, length));
        return result < 0 ? result : value[0];
    }

    @Override
    public int getpeername(int fd, byte[] address) {
        int[] length = {address.length};
        int result = check(SocketLibc.getpeername(fd, address, length));
        return result < 0 ? result : Math.min(length[0], address.length);
    }

    @Override
    public int getsockname(int fd, byte[] address) {
        int[] length = {address.length};
        int result = check(SocketLibc.getsockname(fd, address, length));
        return result < 0 ? result : Math.min(length[0], address.length);
    }
}
