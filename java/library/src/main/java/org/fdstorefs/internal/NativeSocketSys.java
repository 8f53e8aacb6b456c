// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

/** {@link SocketSys} by {@link SystemCall}. */
final class NativeSocketSys implements SocketSys {
    static final NativeSocketSys INSTANCE = new NativeSocketSys();

    private NativeSocketSys() {}

    @Override
    public int option(int fd, int option) {
        try (SystemCall call = SystemCall.prepare()) {
            long value = call.room(Integer.BYTES);
            long length = call.room(Integer.BYTES);
            call.putInt(length, Integer.BYTES);
            int result = (int) call.invoke(SyscallNumber.GETSOCKOPT, fd, Linux.SOL_SOCKET, option, value, length, 0);
            return result < 0 ? result : call.getInt(value);
        }
    }

    @Override
    public int getpeername(int fd, byte[] address) {
        return name(SyscallNumber.GETPEERNAME, fd, address);
    }

    @Override
    public int getsockname(int fd, byte[] address) {
        return name(SyscallNumber.GETSOCKNAME, fd, address);
    }

    private static int name(int number, int fd, byte[] address) {
        try (SystemCall call = SystemCall.prepare()) {
            long name = call.room(address.length);
            long length = call.room(Integer.BYTES);
            call.putInt(length, address.length);
            int result = (int) call.invoke(number, fd, name, length);
            if (result < 0) {
                return result;
            }
            int found = Math.min(call.getInt(length), address.length);
            call.copy(name, address, found);
            return found;
        }
    }
}
