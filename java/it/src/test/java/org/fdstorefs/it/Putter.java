// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import java.nio.file.Path;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;

/** A server that dies: {@code STORE NAME SOCKET} listens, puts the socket, says so, and waits. */
final class Putter {
    private Putter() {}

    public static void main(String[] args) throws Exception {
        try (FdStore store = FdStore.open(Path.of(args[0]));
                Fd listener = Libc.listen(Path.of(args[2]))) {
            store.put(args[1], listener);
            System.out.println("ready");
            System.in.read();
        }
    }
}
