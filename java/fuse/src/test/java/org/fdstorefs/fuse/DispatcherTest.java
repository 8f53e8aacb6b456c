// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.fdstorefs.Errno;
import org.junit.jupiter.api.Test;

class DispatcherTest {
    private static final int MAX_WRITE = 128 * 1024;

    private final List<String> calls = new ArrayList<>();
    private final List<Negotiated> agreed = new ArrayList<>();
    private final ByteBuffer out = Wire.empty(8192);

    private static final class OnPurpose extends RuntimeException {
        private static final long serialVersionUID = 1;

        OnPurpose() {
            super("on purpose", null, false, false);
        }
    }

    /** Writes down how it is called. */
    private final class Recorder implements FuseFileSystem {
        @Override
        public void unlink(Request request, Bytes name) {
            calls.add("unlink " + request.nodeId() + " " + name + " by " + request.uid() + ":" + request.gid());
        }

        @Override
        public void rename(Request request, Bytes name, long newParent, Bytes newName, int flags) {
            calls.add("rename " + request.nodeId() + " " + name + " " + newParent + " " + newName + " " + flags);
        }

        @Override
        public void forget(long nodeId) {
            calls.add("forget " + nodeId);
        }

        @Override
        public int write(Request request, long handle, long offset, ByteBuffer from) {
            byte[] data = new byte[from.remaining()];
            from.get(data);
            calls.add("write " + request.nodeId() + " at " + offset + " " + new String(data));
            return data.length;
        }

        @Override
        public void read(Request request, long handle, long offset, ByteBuffer to) throws FuseException {
            calls.add("read " + request.nodeId() + " at " + offset + " " + to.remaining());
            to.put((byte) 'x');
            if (offset == 999) {
                throw new FuseException(Errno.ENOSPC);
            }
        }

        @Override
        public Bytes readLink(Request request) {
            throw new OnPurpose();
        }
    }

    @Test
    void theFirstRequestOfKernel618IsAgreedOn() {
        int length = dispatch("68000000 1a000000 0200000000000000 0000000000000000 00000000 00000000 00000000 00000000"
                + "07000000 2d000000 00000200 fbffff73 fd050000" + "00".repeat(44));

        assertThat(length).isEqualTo(ReplyHeader.SIZE + 64);
        assertThat(Wire.hex(out))
                .isEqualTo(Wire.stripped("""
                        50000000 00000000 0200000000000000
                        07000000 26000000 00000200 21104000 0c000900 00000200 01000000 20000000 00000000
                        """)
                        + "00".repeat(28));
        assertThat(agreed).containsExactly(new Negotiated(38, 0x401021, 0x20000, MAX_WRITE));
    }

    @Test
    void aKernelThatIsTooOldIsRefused() {
        int length = dispatch("38000000 1a000000 0200000000000000 0000000000000000 00000000 00000000 00000000 00000000"
                + "07000000 1e000000 00000200 fbffff03");

        assertThat(reply(length)).isEqualTo("10000000 b9ffffff 0200000000000000");
        assertThat(agreed).isEmpty();
    }

    @Test
    void aNewMajorVersionIsToldOurs() {
        int length = dispatch("38000000 1a000000 0200000000000000 0000000000000000 00000000 00000000 00000000 00000000"
                + "08000000 00000000 00000200 fbffff03");

        assertThat(length).isEqualTo(ReplyHeader.SIZE + 64);
        assertThat(out.getInt(ReplyHeader.SIZE)).isEqualTo(7);
        assertThat(agreed).isEmpty();
    }

    @Test
    void anEmptyReplyIsAHeader() {
        int length = dispatch(request(10, "610062 00"));

        assertThat(calls).containsExactly("unlink 5 a by 1000:1001");
        assertThat(reply(length)).isEqualTo("10000000 00000000 0400000000000000");
    }

    @Test
    void bothKindsOfRename() {
        dispatch(request(12, "0600000000000000 6100 6200"));
        dispatch(request(45, "0600000000000000 02000000 00000000 6100 6200"));

        assertThat(calls).containsExactly("rename 5 a 6 b 0", "rename 5 a 6 b 2");
    }

    @Test
    void forgettingHasNoReply() {
        assertThat(dispatch(request(2, "0300000000000000"))).isEqualTo(Dispatcher.NO_REPLY);
        assertThat(dispatch(request(42, "02000000 00000000"
                        + "0700000000000000 0100000000000000 0800000000000000 0200000000000000")))
                .isEqualTo(Dispatcher.NO_REPLY);

        assertThat(calls).containsExactly("forget 5 3", "forget 7 1", "forget 8 2");
    }

    @Test
    void anInterruptHasNoReply() {
        assertThat(dispatch(request(36, "0600000000000000"))).isEqualTo(Dispatcher.NO_REPLY);
    }

    @Test
    void writesSeeExactlyTheirData() {
        int length = dispatch(request(
                16, "0000000000000000 6400000000000000 03000000 00000000 0000000000000000 00000000 00000000 616263"));

        assertThat(calls).containsExactly("write 5 at 100 abc");
        assertThat(reply(length)).isEqualTo("18000000 00000000 0400000000000000 03000000 00000000");
    }

    @Test
    void readsHaveRoomForWhatIsAskedFor() {
        int length = dispatch(read("6400000000000000"));

        assertThat(calls).containsExactly("read 5 at 100 10");
        assertThat(reply(length)).isEqualTo("11000000 00000000 0400000000000000 78");
    }

    @Test
    void anErrorHasNoBodyEvenIfThatWasBegun() {
        assertThat(reply(dispatch(read("e703000000000000")))).isEqualTo("10000000 e4ffffff 0400000000000000");
    }

    @Test
    void whatIsNotImplementedIsAnsweredSo() {
        String notImplemented = "10000000 daffffff 0400000000000000";

        assertThat(reply(dispatch(request(1, "6100")))).as("LOOKUP").isEqualTo(notImplemented);
        assertThat(reply(dispatch(request(34, "0400000000000000")))).as("ACCESS").isEqualTo(notImplemented);
        assertThat(reply(dispatch(request(9999, "")))).as("unknown").isEqualTo(notImplemented);
    }

    @Test
    void anExceptionIsAnInputOutputError() {
        assertThat(reply(dispatch(request(5, "")))).isEqualTo("10000000 fbffffff 0400000000000000");
    }

    private static String read(String offset) {
        return request(15, "0000000000000000" + offset + "0a000000 00000000 0000000000000000 00000000 00000000");
    }

    /** A request with unique 4 about node 5. */
    private static String request(int opcode, String body) {
        ByteBuffer header = Wire.empty(8).putInt(RequestHeader.SIZE + Wire.stripped(body).length() / 2).putInt(opcode);
        return Wire.hex(header) + "0400000000000000 0500000000000000 e8030000 e9030000 2a000000 00000000" + body;
    }

    private int dispatch(String hex) {
        // A request lies in a buffer with room behind it, which has an older request in it.
        ByteBuffer in = Wire.bytes(hex + "2f6f6c64".repeat(100));
        return new Dispatcher(new Recorder(), MAX_WRITE, agreed::add).dispatch(in, false, new TestMemo(), out);
    }

    private String reply(int length) {
        assertThat(length).isEqualTo(out.position());
        String hex = Wire.hex(out);
        String header = hex.substring(0, 8) + " " + hex.substring(8, 16) + " " + hex.substring(16, 32);
        String body = hex.substring(32).replaceAll("(.{8})(?=.)", "$1 ");
        return body.isEmpty() ? header : header + " " + body;
    }
}
