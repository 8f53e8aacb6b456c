// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import org.fdstorefs.Errno;
import org.fdstorefs.fuse.FuseException;

/** Turns the errors of system calls into exceptions. */
final class Calls {
    private Calls() {}

    /** A system call: negative if it failed, and then errno is that of this thread. */
    @FunctionalInterface
    interface Call {
        long run() throws FuseException;
    }

    /** The result of a call, which is repeated as long as signals interrupt it. */
    static long checked(Call call) throws FuseException {
        while (true) {
            long result = call.run();
            if (result >= 0) {
                return result;
            }
            int errno = Libc.errno();
            if (errno != Errno.EINTR.number()) {
                throw new FuseException(errno);
            }
        }
    }

    /** The result of a call that is not to be repeated: close(2) has closed whatever it answers. */
    static long checkedOnce(long result) throws FuseException {
        if (result < 0) {
            throw new FuseException(Libc.errno());
        }
        return result;
    }
}
