// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.util.HashMap;
import java.util.Map;
import org.fdstorefs.guard.engine.Disk.File;

/** Contents of files that a life of the server has accepted, and that go with it. */
final class Unwritten {
    private final Map<File, byte[]> contents = new HashMap<>();

    byte[] data(File file) {
        return contents.getOrDefault(file, file.data());
    }

    void put(File file, byte[] data) {
        contents.put(file, data);
    }

    void write(File file) {
        byte[] data = contents.remove(file);
        if (data != null) {
            file.data(data);
        }
    }
}
