// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.fdstorefs.Errno;

/** Where a program may be, as execvp(3) has it. */
final class SearchPath {
    private static final Set<Integer> PASSED_OVER = Set.of(
            -Errno.ENOENT.number(),
            -Errno.ENOTDIR.number(),
            -Errno.EACCES.number(),
            -Errno.ESTALE.number(),
            -Errno.ENODEV.number(),
            -Errno.ETIMEDOUT.number());

    private SearchPath() {}

    /** The files to try in this order: one in each directory of the path unless the name has a slash. */
    static List<String> candidates(String file, String path) {
        if (file.indexOf('/') >= 0 || file.isEmpty()) {
            return List.of(file);
        }
        List<String> candidates = new ArrayList<>();
        for (String directory : path.split(":", -1)) {
            // An empty one is the working directory.
            candidates.add(directory.isEmpty() ? "./" + file : directory + "/" + file);
        }
        return candidates;
    }

    /** Whether a file that failed so is passed over for the next. */
    static boolean goesOn(int result) {
        return PASSED_OVER.contains(result);
    }
}
