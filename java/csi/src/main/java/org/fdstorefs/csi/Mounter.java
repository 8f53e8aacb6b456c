// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.fdstorefs.internal.MountInfo;

/** What changes mounts, and what is seen of them. */
interface Mounter {
    /** All mounts that this process sees; of several at one place the last one is seen there. */
    List<MountInfo> mounts() throws IOException;

    void mount(Path target, VolumeId id, StoreOptions options) throws IOException;

    /** Closes everything that the store of a device holds, for ever. */
    void drain(String device) throws IOException;

    /** Takes a store away at once, even if it is in use. */
    void unmount(Path target) throws IOException;

    /** How many entries the store of a directory has and may have. */
    Usage usage(Path target) throws IOException;
}
