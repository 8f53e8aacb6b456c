// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The stores of this host, which /sys/fs/fdstorefs shows to the administrator. */
final class LiveStores {
    private static final String DRAIN = "drain";
    private static final String REFUSED =
            "only root of the host may look at its stores, with CAP_SYS_ADMIN, and not from within a user namespace";

    private final Path directory;

    /** For tests, {@code root} is a directory with a sys of its own. */
    LiveStores(Path root) {
        this.directory = root.resolve("sys/fs/fdstorefs");
    }

    /** All of them, in the order of their numbers. */
    List<LiveStore> list(StoreMounts mounts) throws IOException {
        List<LiveStore> stores = new ArrayList<>();
        Map<String, List<StoreMount>> places = null;
        for (Path store : files()) {
            if (places == null) {
                places = mounts.byDevice();
            }
            String device = store.getFileName().toString();
            Optional<Map<String, String>> values = values(store);
            if (values.isPresent()) {
                stores.add(new LiveStore(device, values.get(), places.getOrDefault(device, List.of())));
            }
        }
        return stores;
    }

    /** Releases all that a store holds, and seals it. */
    void drain(String device) throws IOException {
        Path store = directory.resolve(device);
        if (!Files.exists(store)) {
            files(); // or there is a better reason
            throw new NoSuchFileException(device, null, "there is no store of that device: fdstore stores lists them");
        }
        try {
            Files.writeString(store, DRAIN, StandardOpenOption.WRITE);
        } catch (AccessDeniedException e) {
            throw refused(store, e);
        }
    }

    private List<Path> files() throws IOException {
        List<Path> stores = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            all.forEach(stores::add);
        } catch (NoSuchFileException e) {
            throw new NoStoreException(
                    directory + " is not there: the module is not loaded (modprobe fdstorefs), or /sys not mounted", e);
        }
        stores.sort(Comparator.comparing(LiveStores::number));
        return stores;
    }

    private static long number(Path store) {
        String[] parts = store.getFileName().toString().split(":");
        return parts.length == 2 ? Long.parseLong(parts[0]) << 32 | Long.parseLong(parts[1]) : Long.MAX_VALUE;
    }

    /** Empty if the store has ended meanwhile. */
    private static Optional<Map<String, String>> values(Path store) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(store, ISO_8859_1)) {
                int blank = line.indexOf(' ');
                if (blank > 0) {
                    values.put(line.substring(0, blank), line.substring(blank + 1));
                }
            }
        } catch (IOException e) {
            // Also if read(2) fails, whose reason the JDK gives in words alone.
            if (Files.exists(store)) {
                throw refused(store, e);
            }
            return Optional.empty();
        }
        return Optional.of(values);
    }

    private static AccessDeniedException refused(Path store, IOException cause) {
        AccessDeniedException exception = new AccessDeniedException(store.toString(), null, REFUSED);
        exception.initCause(cause);
        return exception;
    }
}
