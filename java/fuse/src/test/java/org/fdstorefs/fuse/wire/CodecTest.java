// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.fdstorefs.fuse.AttributeChanges;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.FuseFileSystem;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.Usage;
import org.junit.jupiter.api.Test;

/** Against layouts that were computed by hand from linux/fuse.h. */
class CodecTest {
    private static final Attributes ATTRIBUTES = Attributes.builder(0x1122334455667788L, 0100644)
            .size(4097)
            .blocks(16)
            .accessed(Instant.ofEpochSecond(1, 2))
            .modified(Instant.ofEpochSecond(3, 4))
            .changed(Instant.ofEpochSecond(-1, 5))
            .links(3)
            .uid(1000)
            .gid(1001)
            .device(0x0103)
            .build();

    private static final String ATTRIBUTES_HEX = """
            8877665544332211 0110000000000000 1000000000000000
            0100000000000000 0300000000000000 ffffffffffffffff
            02000000 04000000 05000000
            a4810000 03000000 e8030000 e9030000 03010000 00100000 00000000
            """;

    private final ByteBuffer out = Wire.empty(512);
    private final Reply reply = new Reply(out, new Patient());

    /** Says how long the kernel may keep an answer. */
    private static final class Patient implements FuseFileSystem {
        @Override
        public Identity identity() {
            return Identity.of("patient");
        }

        @Override
        public Duration attributesValid() {
            return Duration.ofMillis(2500);
        }
    }

    /** What the reply has behind its header. */
    private String body() {
        return Wire.hex(out).substring(2 * Reply.HEADER_SIZE);
    }

    @Test
    void aRequestHeaderIsReadAndPassed() {
        ByteBuffer in = Wire.bytes("""
                30000000 0f000000 0807060504030201 0100000000000000
                e8030000 e9030000 2a000000 00000000
                ffffffffffffffff eeeeeeee
                """);

        assertThat(RequestHeader.read(in)).isEqualTo(new RequestHeader(48, 15, 0x0102030405060708L, 1, 1000, 1001, 42));
        assertThat(in.position()).isEqualTo(RequestHeader.SIZE);
        assertThat(in.limit()).as("where the request ends").isEqualTo(48);
    }

    @Test
    void aReplyHeaderHasTheLengthAndTheNegatedErrno() {
        assertThat(Reply.error(out, 2, 0x0102030405060708L)).isEqualTo(16);

        assertThat(Wire.hex(out)).isEqualTo(Wire.stripped("10000000 feffffff 0807060504030201"));
    }

    @Test
    void theReplyToGetattrStartsWithItsValidity() {
        reply.attributes(ATTRIBUTES);

        assertThat(body())
                .isEqualTo(Wire.stripped("0200000000000000 0065cd1d 00000000" + ATTRIBUTES_HEX))
                .hasSize(2 * 104);
    }

    @Test
    void theReplyToLookupIsStructFuseEntryOut() {
        reply.entry(new Entry(7, 9, ATTRIBUTES));

        assertThat(body()).isEqualTo(Wire.stripped("""
                        0700000000000000 0900000000000000
                        0100000000000000 0200000000000000 00000000 0065cd1d
                        """ + ATTRIBUTES_HEX)).hasSize(2 * 128);
    }

    @Test
    void usageIsStructFuseKstatfs() {
        reply.usage(Usage.builder()
                .blocks(1)
                .freeBlocks(2)
                .availableBlocks(3)
                .files(4)
                .freeFiles(5)
                .blockSize(6)
                .fragmentSize(8)
                .build());

        assertThat(body()).isEqualTo(Wire.stripped("""
                        0100000000000000 0200000000000000 0300000000000000 0400000000000000 0500000000000000
                        06000000 ff000000 08000000 00000000
                        000000000000000000000000000000000000000000000000
                        """)).hasSize(2 * 80);
    }

    @Test
    void onlyValidFieldsAreChanges() {
        // valid: MODE | SIZE | ATIME
        ByteBuffer in = setattr("19000000");

        assertThat(RequestBody.attributeChanges(in))
                .isEqualTo(new AttributeChanges(
                        OptionalInt.of(04755),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalLong.of(100),
                        Optional.of(Instant.ofEpochSecond(10, 1)),
                        Optional.empty()));
        assertThat(in.hasRemaining()).isFalse();
    }

    @Test
    void nowIsNotATime() {
        // valid: UID | GID | ATIME | MTIME | ATIME_NOW | MTIME_NOW
        assertThat(RequestBody.attributeChanges(setattr("b6010000")))
                .isEqualTo(new AttributeChanges(
                        OptionalInt.empty(),
                        OptionalInt.of(1000),
                        OptionalInt.of(1001),
                        OptionalLong.empty(),
                        Optional.of(AttributeChanges.NOW),
                        Optional.of(AttributeChanges.NOW)));
    }

    private static ByteBuffer setattr(String valid) {
        return Wire.bytes(valid + """
                00000000 0000000000000000 6400000000000000 0000000000000000
                0a00000000000000 1400000000000000 1e00000000000000 01000000 02000000 03000000
                ed890000 00000000 e8030000 e9030000 00000000
                """);
    }

    @Test
    void namesEndWithANul() {
        ByteBuffer in = Wire.bytes("6100 ff00");

        assertThat(RequestBody.name(in)).isEqualTo(Bytes.of("a"));
        assertThat(RequestBody.name(in)).isEqualTo(Bytes.of(new byte[] {(byte) 0xff}));
    }

    @Test
    void directoryEntriesArePaddedToEightBytes() {
        assertThat(reply.names(256).add(Bytes.of("abc"), 5, 0100644, 77)).isTrue();

        assertThat(body())
                .isEqualTo(Wire.stripped("0500000000000000 4d00000000000000 03000000 08000000 6162630000000000"));
    }

    @Test
    void aDirectoryEntryThatDoesNotFitIsLeftOut() {
        ReplyNames names = reply.names(63);

        assertThat(names.add(Bytes.of("abc"), 5, Attributes.DIRECTORY, 1)).isTrue();
        assertThat(names.add(Bytes.of("d"), 6, Attributes.DIRECTORY, 2)).isFalse();
        assertThat(reply.end(0)).isEqualTo(Reply.HEADER_SIZE + 32);
    }

    @Test
    void opcodesHaveTheNumbersOfTheHeader() {
        assertThat(Opcode.of(1)).isEqualTo(Opcode.LOOKUP);
        assertThat(Opcode.of(26)).isEqualTo(Opcode.INIT);
        assertThat(Opcode.of(42)).isEqualTo(Opcode.BATCH_FORGET);
        assertThat(Opcode.of(45)).isEqualTo(Opcode.RENAME2);
        assertThat(Opcode.of(37)).as("BMAP").isEqualTo(Opcode.UNKNOWN);
        assertThat(Opcode.of(47)).isEqualTo(Opcode.COPY_FILE_RANGE);
        assertThat(Opcode.of(48)).isEqualTo(Opcode.UNKNOWN);
        assertThat(Opcode.of(-1)).isEqualTo(Opcode.UNKNOWN);
        assertThat(new RequestHeader(40, 52, 2, 1, 0, 0, 0).operation()).isEqualTo("OPCODE_52");
        assertThat(new RequestHeader(40, 1, 2, 1, 0, 0, 0).operation()).isEqualTo("LOOKUP");
    }
}
