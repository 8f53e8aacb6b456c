// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.fdstorefs.OpenEntry;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.PutOption;

/**
 * Measures the verbs in a store: {@code StoreBench DIRECTORY}. What is stored is readable and writable, as a
 * socket is, so that an entry is opened once for each get.
 */
public final class StoreBench {
    private StoreBench() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            System.err.println("usage: StoreBench DIRECTORY");
            System.exit(2);
        }
        try (FdStore store = FdStore.open(Path.of(arguments[0]));
                Fd file = Fd.open(Path.of("/dev/null"), OpenFlag.READ, OpenFlag.WRITE)) {
            store.put("java", file, PutOption.REPLACE);
            Rows rows = new Rows(System.out);
            rows.measure(
                    "java-get",
                    "get + close, through the Java library",
                    () -> store.get("java").close());
            try (OpenEntry entry = store.entry("java")) {
                rows.measure(
                        "java-get-only",
                        "get + close, on an open entry, through the Java library",
                        () -> entry.get().close());
            }
            rows.measure(
                    "java-put",
                    "put, replacing, through the Java library",
                    () -> store.put("java", file, PutOption.REPLACE));
        }
    }
}
