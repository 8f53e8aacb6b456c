// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a directory that has a sys and a proc of its own. */
class LiveStoresTest {
    private static final String STORE_LINE = "30 1 0:50 / %s rw,relatime shared:7 - fdstorefs fdstore rw\n";

    @TempDir
    Path root;

    @BeforeEach
    void makeProc() throws IOException {
        process("self", "mnt:[1]", "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n", "0::/init.scope\n");
        process("1", "mnt:[1]", "", "");
    }

    @Test
    void eachStoreIsThereWithItsNumbers() throws Exception {
        store("0:50", "owner", "1000", "used", "3", "max", "64", "filled", "2", "anchor", "anchor=init", "sealed", "0");
        store(
                "0:7", "owner", "0", "used", "0", "max", "9", "filled", "0", "closing", "4", "anchor", "none", "sealed",
                "1");

        List<LiveStore> stores = list();

        assertThat(stores).extracting(LiveStore::device).containsExactly("0:7", "0:50");
        assertThat(Json.of(stores.get(0).document()))
                .isEqualTo("{\"device\": \"0:7\", \"owner\": 0, \"used\": 0, \"max\": 9, \"filled\": 0, \"closing\": 4,"
                        + " \"anchor\": null, \"sealed\": true, \"mounts\": []}");
        assertThat(Json.of(stores.get(1).document())).contains("\"closing\": null", "\"anchor\": \"init\"");
    }

    @Test
    void itsPlacesAreFoundInEveryNamespaceOnce() throws Exception {
        store("0:50");
        process("self", "mnt:[1]", STORE_LINE.formatted("/run/a\\040b\u00ff"), "");
        process("1", "mnt:[1]", STORE_LINE.formatted("/run/a\\040b\u00ff"), "");
        process(
                "70",
                "mnt:[2]",
                STORE_LINE.formatted("/run/fdstore"),
                "0::/system.slice/docker-%s.scope\n".formatted("0123456789ab".repeat(5) + "cdef"));
        process("71", "mnt:[2]", STORE_LINE.formatted("/run/fdstore"), "");
        process("300", "mnt:[3]", STORE_LINE.formatted("/s"), "4:cpu:/x\n0::/lxc.payload.web/init.scope\n");

        assertThat(list().get(0).mounts())
                .containsExactly(
                        new StoreMount("/run/a b\udcff", "fdstore", Optional.empty(), Optional.empty()),
                        new StoreMount("/run/fdstore", "fdstore", Optional.of(70L), Optional.of("0123456789ab")),
                        new StoreMount("/s", "fdstore", Optional.of(300L), Optional.of("web")));
        assertThat(list().get(0).mounts().get(1)).hasToString("/run/fdstore (container 0123456789ab, pid 70)");
    }

    @Test
    void theNameThatAStoreWasGivenIsShown() throws Exception {
        store("0:50");
        process(
                "self",
                "mnt:[1]",
                STORE_LINE.formatted("/s").replace(" fdstore ", " fdstorefs.org/csi-1/a\\040b "),
                "");

        StoreMount mount = list().get(0).mounts().get(0);

        assertThat(mount).hasToString("/s [fdstorefs.org/csi-1/a b]");
        assertThat(mount.document()).containsEntry("source", "fdstorefs.org/csi-1/a b");
    }

    @Test
    void withoutTheModuleThereIsAReason() {
        assertThatThrownBy(this::list).isInstanceOf(NoStoreException.class).hasMessageContaining("modprobe fdstorefs");
    }

    @Test
    void aStoreIsDrainedByItsFile() throws Exception {
        Path store = store("0:50");

        new LiveStores(root).drain("0:50");

        assertThat(store).content().startsWith("drain");
    }

    @Test
    void aStoreThatIsNotThereCannotBeDrained() throws Exception {
        store("0:50");

        assertThatThrownBy(() -> new LiveStores(root).drain("0:51"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("fdstore stores");
    }

    private List<LiveStore> list() throws IOException {
        return new LiveStores(root).list(new StoreMounts(root));
    }

    private Path store(String device, String... values) throws IOException {
        Path stores = Files.createDirectories(root.resolve("sys/fs/fdstorefs"));
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < values.length; i += 2) {
            lines.append(values[i]).append(' ').append(values[i + 1]).append('\n');
        }
        return Files.writeString(stores.resolve(device), lines);
    }

    private void process(String name, String namespace, String mounts, String groups) throws IOException {
        Path process = Files.createDirectories(root.resolve("proc").resolve(name));
        Files.createDirectories(process.resolve("ns"));
        Files.deleteIfExists(process.resolve("ns/mnt"));
        Files.createSymbolicLink(process.resolve("ns/mnt"), Path.of(namespace));
        Files.writeString(process.resolve("mountinfo"), mounts, ISO_8859_1);
        Files.writeString(process.resolve("cgroup"), groups);
    }
}
