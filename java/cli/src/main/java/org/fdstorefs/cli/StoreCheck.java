// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fdstorefs.Draft;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;

/** Checks whether the store exists, and, by trying it, whether the user may use it. */
final class StoreCheck {
    private static final Path ANYTHING = Path.of("/dev/null");

    private final Fdstore fdstore;

    StoreCheck(Fdstore fdstore) {
        this.fdstore = fdstore;
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        try (FdStore store = fdstore.open()) {
            findings.add(Finding.good("store", "mounted at " + store.directory()));
            findings.add(list(store));
            findings.add(put(store));
        } catch (NoStoreException e) {
            findings.add(Finding.bad("store", Report.message(e), mount()));
        } catch (IOException e) {
            findings.add(Finding.bad("store", Report.message(e), permissions(fdstore.path())));
        }
        try {
            findings.addAll(HiddenStores.ofThisProcess().findings());
        } catch (IOException e) {
            findings.add(Finding.bad("hidden", Report.message(e), "mount /proc, to see whether a store is hidden"));
        }
        return findings;
    }

    private static Finding list(FdStore store) {
        try {
            return Finding.good("list", store.names().size() + " entries");
        } catch (IOException e) {
            return Finding.bad("list", Report.message(e), permissions(store.directory()));
        }
    }

    /** Puts something under a name that nobody looks for. */
    private static Finding put(FdStore store) {
        try (Draft draft = store.draft("doctor");
                Fd file = Fd.open(ANYTHING)) {
            draft.put("probe", file);
            return Finding.good("put", "you may put descriptors into it");
        } catch (AccessDeniedException e) {
            return Finding.bad("put", "you may not put descriptors into it", permissions(store.directory()));
        } catch (IOException e) {
            return Finding.bad("put", Report.message(e), "see the reason; 'fdstore --help' and the manual say more");
        }
    }

    private static String permissions(Path directory) {
        return "ask its owner to allow it: chmod or setfacl on " + directory;
    }

    private String mount() {
        String command = "as root: fdstore mount -s " + fdstore.path();
        try {
            List<Path> others = FdStore.mountPoints();
            return others.isEmpty() ? command : command + "; or use one that is mounted: " + others;
        } catch (IOException e) {
            return command;
        }
    }
}
