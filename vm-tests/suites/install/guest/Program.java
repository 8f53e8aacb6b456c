// SPDX-License-Identifier: Apache-2.0

import java.nio.file.Path;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;

/** What a program does with the library, as Debian's packages bring it. The argument is a store. */
final class Program {
    private Program() {}

    public static void main(String[] args) throws Exception {
        try (FdStore store = FdStore.open(Path.of(args[0]));
                Fd file = Fd.open(Path.of("/etc/hostname"))) {
            store.put("java", file);
            try (Fd again = store.take("java")) {
                System.out.write(again.newInputStream().readAllBytes());
            }
        }
        System.out.flush();
    }
}
