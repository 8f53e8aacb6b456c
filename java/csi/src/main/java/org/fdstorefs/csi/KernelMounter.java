// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fdstorefs.FdStore;
import org.fdstorefs.UnmountOption;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.MountInfo;
import org.fdstorefs.internal.SysErrors;

/** This machine's mounts. */
final class KernelMounter implements Mounter {
    private static final Path TABLE = Path.of("/proc/self/mountinfo");
    private static final Path STORES = Path.of("/sys/fs/fdstorefs");

    // struct statfs of all 64-bit ABIs: eight bytes each for type, bsize, blocks, bfree, bavail, files, ffree, ...
    private static final int STATFS_SIZE = 120;
    private static final int FILES = 40;
    private static final int FREE_FILES = 48;

    @Override
    public List<MountInfo> mounts() throws IOException {
        return MountInfo.read(TABLE);
    }

    @Override
    public void mount(Path target, VolumeId id, StoreOptions options) throws IOException {
        FdStore.mount(target, options.mountOptions(id.source())).close();
    }

    @Override
    public void drain(String device) throws IOException {
        Files.writeString(STORES.resolve(device).resolve("drain"), "1");
    }

    @Override
    public void unmount(Path target) throws IOException {
        FdStore.unmount(target, UnmountOption.LAZY);
    }

    @Override
    public Usage usage(Path target) throws IOException {
        ByteBuffer statfs = ByteBuffer.allocate(STATFS_SIZE).order(ByteOrder.nativeOrder());
        int result = Libc.check(Libc.statfs(ByteStrings.cString(ByteStrings.ofPath(target)), statfs.array()));
        if (result < 0) {
            throw SysErrors.exception(result, "statfs", target.toString());
        }
        return new Usage(statfs.getLong(FILES), statfs.getLong(FREE_FILES));
    }
}
