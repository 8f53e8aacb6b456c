// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.server.MountPoint;
import org.fdstorefs.fuse.state.Slot;
import org.fdstorefs.fuse.state.StateMemory;
import org.fdstorefs.fuse.wire.Reply;
import org.fdstorefs.fuse.wire.RequestHeader;
import org.fdstorefs.it.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** That this kernel tells whether it waits for the reply to a request, and that asking changes nothing. */
class ProbeIT {
    @RegisterExtension
    final MountPoint mount = new MountPoint();

    @Test
    void theKernelTellsWhetherItWaitsForAReply() throws Exception {
        try (FuseDevice device = FuseDevice.open();
                FuseMount made = FuseMount.create("it", device);
                StateMemory state = StateMemory.create(1, 4096, Identity.of("it"))) {
            made.attach(mount.directory());
            Slot slot = state.slots().get(0);
            Dispatcher dispatcher = new Dispatcher(() -> Identity.of("it"), 4096, agreed -> {});
            device.lane(slot).read();
            ByteBuffer init = slot.request();
            RequestHeader first = RequestHeader.read(init);
            answer(device, slot, dispatcher.dispatch(first, init, false, slot, slot.reply()));
            Task<Boolean> client = Task.start(
                    () -> Files.readAttributes(mount.directory(), "size").isEmpty());
            device.lane(slot).read();

            assertThat(device.isWaitedFor(slot.unique())).isTrue();
            assertThat(device.isWaitedFor(slot.unique())).as("once more").isTrue();
            assertThat(device.isWaitedFor(slot.unique() + 2))
                    .as("one that has not come")
                    .isFalse();
            assertThat(client.isDone()).isFalse();

            answer(device, slot, Reply.error(slot.reply(), Errno.EACCES.number(), slot.unique()));

            assertThatThrownBy(client::result).isInstanceOf(AccessDeniedException.class);
            assertThat(device.isWaitedFor(slot.unique())).as("answered").isFalse();
        }
    }

    private static void answer(FuseDevice device, Slot slot, int length) throws IOException {
        assertThat(device.write(slot.replyAddress(), length)).isEmpty();
    }
}
