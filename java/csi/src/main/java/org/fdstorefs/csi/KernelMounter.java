// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.fdstorefs.FdStore;
import org.fdstorefs.UnmountOption;
import org.fdstorefs.internal.ByteStrings;
import org.fdstorefs.internal.MountInfo;
import org.fdstorefs.internal.SysErrors;
import org.fdstorefs.internal.SyscallNumber;
import org.fdstorefs.internal.SystemCall;

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
        Files.writeString(STORES.resolve(device), "drain", StandardOpenOption.WRITE);
    }

    @Override
    public void unmount(Path target) throws IOException {
        FdStore.unmount(target, UnmountOption.LAZY);
    }

    @Override
    public Usage usage(Path target) throws IOException {
        try (SystemCall call = SystemCall.prepare()) {
            long statfs = call.room(STATFS_SIZE);
            long result = call.invoke(SyscallNumber.STATFS, call.string(ByteStrings.ofPath(target)), statfs, 0);
            if (result < 0) {
                throw SysErrors.exception(result, "statfs", target.toString());
            }
            return new Usage(call.getLong(statfs + FILES), call.getLong(statfs + FREE_FILES));
        }
    }
}
