// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.CopyRange;
import org.fdstorefs.fuse.DirectoryFiller;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.Request;
import org.fdstorefs.fuse.wire.Negotiated;
import org.fdstorefs.fuse.wire.Opcode;
import org.fdstorefs.fuse.wire.Reply;
import org.fdstorefs.fuse.wire.ReplyEntries;
import org.fdstorefs.fuse.wire.RequestHeader;
import org.fdstorefs.fuse.wire.Wire;
import org.junit.jupiter.api.Test;

class DispatcherTest {
    private static final int MAX_WRITE = 128 * 1024;

    private final List<String> calls = new ArrayList<>();
    private final List<Negotiated> agreed = new ArrayList<>();
    private final ByteBuffer out = Wire.empty(8192);
    private final List<Request> kept = new ArrayList<>();
    private final List<DirectoryFiller> fillers = new ArrayList<>();
    private Consumer<ByteBuffer> writer = from -> {};
    private Consumer<ByteBuffer> reader = to -> {};

    private static final class OnPurpose extends RuntimeException {
        private static final long serialVersionUID = 1;

        OnPurpose() {
            super("on purpose", null, false, false);
        }
    }

    /** Writes down how it is called. */
    private final class Recorder extends UnusedFiles {
        @Override
        public void unlink(Request request, Bytes name) {
            calls.add("unlink " + request.nodeId() + " " + name + " by " + request.uid() + ":" + request.gid());
        }

        @Override
        public void rename(Request request, Bytes name, long newParent, Bytes newName, int flags) {
            calls.add("rename " + request.nodeId() + " " + name + " " + newParent + " " + newName + " " + flags);
        }

        @Override
        public void readDirectory(Request request, long handle, long offset, DirectoryFiller filler) {
            Attributes attributes = Attributes.builder(77, 0100644).build();
            fillers.add(filler);
            filler.add(Bytes.of("."), 5, 040000, 11);
            filler.add(Bytes.of("b"), new Entry(7, 0, attributes, 70), 22);
        }

        @Override
        public byte[] extendedAttribute(Request request, Bytes name) {
            return "xyz".getBytes(UTF_8);
        }

        @Override
        public List<Bytes> extendedAttributes(Request request) {
            return List.of(Bytes.of("a"), Bytes.of("bc"));
        }

        @Override
        public void setExtendedAttribute(Request request, Bytes name, byte[] value, int flags) {
            calls.add("set attribute " + name + " to " + new String(value, UTF_8) + ", flags " + flags);
        }

        @Override
        public void removeExtendedAttribute(Request request, Bytes name) {
            calls.add("remove attribute " + name);
        }

        @Override
        public void allocate(Request request, long handle, long offset, long length, int mode) {
            calls.add("allocate " + handle + " at " + offset + ", " + length + " bytes, mode " + mode);
        }

        @Override
        public long seek(Request request, long handle, long offset, int whence) {
            calls.add("seek " + handle + " at " + offset + " for " + whence);
            return offset + 1;
        }

        @Override
        public int copyRange(Request request, CopyRange range) {
            calls.add("copy " + range);
            return (int) range.length();
        }

        @Override
        public int write(Request request, long handle, long offset, ByteBuffer from) {
            writer.accept(from);
            byte[] data = new byte[from.remaining()];
            from.get(data);
            calls.add("write " + request.nodeId() + " at " + offset + " " + new String(data, UTF_8));
            return data.length;
        }

        @Override
        public void read(Request request, long handle, long offset, ByteBuffer to) throws FuseException {
            calls.add("read " + request.nodeId() + " at " + offset + " " + to.remaining());
            reader.accept(to);
            to.put((byte) 'x');
            if (offset == 999) {
                throw new FuseException(Errno.ENOSPC);
            }
        }

        @Override
        public Bytes readLink(Request request) {
            throw new OnPurpose();
        }

        @Override
        public void flush(Request request, long handle) {
            throw new IOError(new IOException("on purpose"));
        }

        @Override
        public void release(Request request, long handle) {
            kept.add(request);
        }

        @Override
        public void sync(Request request, long handle, boolean dataOnly) {
            throw unchecked(new Throwable("on purpose"));
        }

        /** As other languages of the JVM do. */
        @SuppressWarnings("unchecked")
        private static <T extends Throwable> RuntimeException unchecked(Throwable e) throws T {
            throw (T) e;
        }
    }

    @Test
    void theFirstRequestOfKernel618IsAgreedOn() {
        int length = dispatch("68000000 1a000000 0200000000000000 0000000000000000 00000000 00000000 00000000 00000000"
                + "07000000 2d000000 00000200 fbffff73 fd050000" + "00".repeat(44));

        assertThat(length).isEqualTo(Reply.HEADER_SIZE + 64);
        assertThat(Wire.hex(out)).isEqualTo(Wire.stripped("""
                        50000000 00000000 0200000000000000
                        07000000 26000000 00000200 21104400 0c000900 00000200 01000000 20000000 00000000
                        """) + "00".repeat(28));
        assertThat(agreed).containsExactly(new Negotiated(38, 0x441021, 0x20000, MAX_WRITE));
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

        assertThat(length).isEqualTo(Reply.HEADER_SIZE + 64);
        assertThat(out.getInt(Reply.HEADER_SIZE)).isEqualTo(7);
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
    void anAttributeHasItsSizeToldOrItsValueOrNoRoom() {
        assertThat(reply(dispatch(request(22, "00000000 00000000 6100"))))
                .isEqualTo("18000000 00000000 0400000000000000 03000000 00000000");
        assertThat(reply(dispatch(request(22, "03000000 00000000 6100"))))
                .isEqualTo("13000000 00000000 0400000000000000 78797a");
        assertThat(reply(dispatch(request(22, "02000000 00000000 6100"))))
                .isEqualTo("10000000 deffffff 0400000000000000");
    }

    @Test
    void theNamesOfAttributesEndWithZeros() {
        assertThat(reply(dispatch(request(23, "00000000 00000000"))))
                .isEqualTo("18000000 00000000 0400000000000000 05000000 00000000");
        assertThat(reply(dispatch(request(23, "00010000 00000000"))))
                .isEqualTo("15000000 00000000 0400000000000000 61006263 00");
    }

    @Test
    void attributesAreSetAndRemoved() {
        dispatch(request(21, "03000000 01000000 6100 78797a"));
        dispatch(request(24, "6100"));

        assertThat(calls).containsExactly("set attribute a to xyz, flags 1", "remove attribute a");
    }

    @Test
    void roomIsAllocatedSoughtAndCopied() {
        dispatch(request(43, "0900000000000000 6400000000000000 6500000000000000 03000000 00000000"));
        int sought = dispatch(request(46, "0900000000000000 6400000000000000 04000000 00000000"));
        assertThat(reply(sought)).isEqualTo("18000000 00000000 0400000000000000 65000000 00000000");
        int copied = dispatch(request(
                47,
                "0100000000000000 0200000000000000 0300000000000000 0400000000000000"
                        + "0500000000000000 0600000000000000 0000000000000000"));
        assertThat(reply(copied)).isEqualTo("18000000 00000000 0400000000000000 06000000 00000000");

        assertThat(calls)
                .containsExactly(
                        "allocate 9 at 100, 101 bytes, mode 3",
                        "seek 9 at 100 for 4",
                        "copy CopyRange[handle=1, offset=2, targetNodeId=3, targetHandle=4, targetOffset=5, length=6, flags=0]");
    }

    @Test
    void aListOfEntriesHasThemBeforeTheNamesAndTheirNotesBeside() {
        TestJournal journal = new TestJournal();
        int length = dispatch(
                request(44, "0000000000000000 0000000000000000 00100000 00000000 0000000000000000 00000000 00000000"),
                journal);

        assertThat(length).isEqualTo(16 + 2 * (128 + 32));
        assertThat(out.getLong(16)).as("node id of .").isZero();
        assertThat(out.getLong(16 + 160)).as("node id of b").isEqualTo(7);
        assertThat(out.getLong(16 + 160 + 128 + 8)).as("offset behind b").isEqualTo(22);
        assertThat(journal.notes()).containsExactly(0L, 70L);
        List<String> entries = new ArrayList<>();
        ReplyEntries.visit(Opcode.READDIRPLUS, out, length, (index, node) -> entries.add(index + ": " + node));
        assertThat(entries).containsExactly("1: 7");
    }

    @Test
    void entriesBecomeNamesWhereNamesAreAskedFor() {
        int length = dispatch(
                request(28, "0000000000000000 0000000000000000 00100000 00000000 0000000000000000 00000000 00000000"));

        assertThat(length).isEqualTo(16 + 2 * 32);
        assertThat(out.getLong(16 + 32)).as("inode of b").isEqualTo(77);
    }

    @Test
    void aReplyWithAnErrorHasNoEntries() {
        int length = Reply.error(out, 2, 4);

        ReplyEntries.visit(Opcode.LOOKUP, out, length, (index, node) -> calls.add("entry"));
        assertThat(calls).isEmpty();
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
        assertThat(reply(dispatch(request(34, "0400000000000000"))))
                .as("ACCESS")
                .isEqualTo(notImplemented);
        assertThat(reply(dispatch(request(9999, "")))).as("unknown").isEqualTo(notImplemented);
    }

    @Test
    void anExceptionIsAnInputOutputError() {
        assertThat(reply(dispatch(request(5, "")))).isEqualTo("10000000 fbffffff 0400000000000000");
    }

    @Test
    void soIsAnyErrorAndWhateverElseIsThrown() {
        String failed = "10000000 fbffffff 0400000000000000";

        assertThat(reply(dispatch(request(25, "0000000000000000 0000000000000000"))))
                .as("an Error")
                .isEqualTo(failed);
        assertThat(reply(dispatch(request(20, "0000000000000000 00000000 00000000"))))
                .as("a Throwable")
                .isEqualTo(failed);
    }

    @Test
    void writersCannotChangeWhatIsReplayed() {
        writer = from -> {
            assertThat(from.isReadOnly()).isTrue();
            assertThat(from.capacity()).as("nothing but the data").isEqualTo(3);
        };

        dispatch(request(
                16, "0000000000000000 6400000000000000 03000000 00000000 0000000000000000 00000000 00000000 616263"));

        assertThat(calls).containsExactly("write 5 at 100 abc");
    }

    @Test
    void readersReachNothingButTheirPartOfTheReply() {
        reader = to -> {
            assertThat(to.capacity()).isEqualTo(10);
            to.clear();
        };

        assertThat(reply(dispatch(read("6400000000000000")))).isEqualTo("11000000 00000000 0400000000000000 78");
    }

    @Test
    void aRequestThatWasAnsweredHasNoMemoAnyMore() {
        dispatch(request(18, "0000000000000000 0000000000000000 0000000000000000"));

        Request answered = kept.get(0);
        assertThatThrownBy(answered::memo).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> answered.memo(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(answered::isInterrupted).isInstanceOf(IllegalStateException.class);
        assertThat(answered.nodeId()).isEqualTo(5);
    }

    @Test
    void aListingThatWasAnsweredTakesNoMoreNames() {
        dispatch(request(28, "0000000000000000 0000000000000000 00100000 00000000 0000000000000000 00000000 00000000"));

        assertThatThrownBy(() -> fillers.get(0).add(Bytes.of("a"), 1, 0, 1)).isInstanceOf(IllegalStateException.class);
    }

    private static String read(String offset) {
        return request(15, "0000000000000000" + offset + "0a000000 00000000 0000000000000000 00000000 00000000");
    }

    /** A request with unique 4 about node 5. */
    private static String request(int opcode, String body) {
        ByteBuffer header = Wire.empty(8)
                .putInt(RequestHeader.SIZE + Wire.stripped(body).length() / 2)
                .putInt(opcode);
        return Wire.hex(header) + "0400000000000000 0500000000000000 e8030000 e9030000 2a000000 00000000" + body;
    }

    private int dispatch(String hex) {
        return dispatch(hex, new TestJournal());
    }

    private int dispatch(String hex, TestJournal journal) {
        // A request lies in a buffer with room behind it, which has an older request in it.
        ByteBuffer in = Wire.bytes(hex + "2f6f6c64".repeat(100));
        RequestHeader header = RequestHeader.read(in);
        return new Dispatcher(new Recorder(), MAX_WRITE, agreed::add).dispatch(header, in, false, journal, out);
    }

    private String reply(int length) {
        assertThat(length).isEqualTo(out.position());
        String hex = Wire.hex(out);
        String header = hex.substring(0, 8) + " " + hex.substring(8, 16) + " " + hex.substring(16, 32);
        String body = hex.substring(32).replaceAll("(.{8})(?=.)", "$1 ");
        return body.isEmpty() ? header : header + " " + body;
    }
}
