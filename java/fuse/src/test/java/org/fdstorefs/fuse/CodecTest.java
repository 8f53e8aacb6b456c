// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
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
        ByteBuffer out = Wire.empty(64);
        out.position(ReplyHeader.SIZE);

        ReplyHeader.write(out, 2, 0x0102030405060708L);

        assertThat(Wire.hex(out)).isEqualTo(Wire.stripped("10000000 feffffff 0807060504030201"));
    }

    @Test
    void attributesAreStructFuseAttr() {
        ByteBuffer out = Wire.empty(256);

        AttributesCodec.write(out, ATTRIBUTES);

        assertThat(Wire.hex(out)).isEqualTo(Wire.stripped(ATTRIBUTES_HEX)).hasSize(2 * 88);
    }

    @Test
    void theReplyToGetattrStartsWithItsValidity() {
        ByteBuffer out = Wire.empty(256);

        AttributesCodec.writeReply(out, ATTRIBUTES, Duration.ofMillis(1500));

        assertThat(Wire.hex(out))
                .isEqualTo(Wire.stripped("0100000000000000 0065cd1d 00000000" + ATTRIBUTES_HEX))
                .hasSize(2 * 104);
    }

    @Test
    void theReplyToLookupIsStructFuseEntryOut() {
        ByteBuffer out = Wire.empty(256);

        AttributesCodec.writeEntry(out, new Entry(7, 9, ATTRIBUTES), Duration.ofSeconds(1), Duration.ofMillis(2500));

        assertThat(Wire.hex(out)).isEqualTo(Wire.stripped("""
                        0700000000000000 0900000000000000
                        0100000000000000 0200000000000000 00000000 0065cd1d
                        """ + ATTRIBUTES_HEX)).hasSize(2 * 128);
    }

    @Test
    void nodeIdZeroIsNoEntry() {
        assertThatThrownBy(() -> new Entry(0, 0, ATTRIBUTES)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void usageIsStructFuseKstatfs() {
        ByteBuffer out = Wire.empty(256);

        Usage.builder()
                .blocks(1)
                .freeBlocks(2)
                .availableBlocks(3)
                .files(4)
                .freeFiles(5)
                .blockSize(6)
                .fragmentSize(8)
                .build()
                .write(out);

        assertThat(Wire.hex(out)).isEqualTo(Wire.stripped("""
                        0100000000000000 0200000000000000 0300000000000000 0400000000000000 0500000000000000
                        06000000 ff000000 08000000 00000000
                        000000000000000000000000000000000000000000000000
                        """)).hasSize(2 * 80);
    }

    @Test
    void onlyValidFieldsAreChanges() {
        // valid: MODE | SIZE | ATIME
        ByteBuffer in = setattr("19000000");

        assertThat(AttributeChanges.read(in))
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
        assertThat(AttributeChanges.read(setattr("b6010000")))
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

        assertThat(Bytes.readTerminated(in)).isEqualTo(Bytes.of("a"));
        assertThat(Bytes.readTerminated(in)).isEqualTo(Bytes.of(new byte[] {(byte) 0xff}));
    }

    @Test
    void namesHaveNoNul() {
        assertThatThrownBy(() -> Bytes.of("a\0b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesThatDifferInOneByteAreDifferentTexts() {
        Bytes name = Bytes.of(new byte[] {'a', (byte) 0xff});
        Bytes other = Bytes.of(new byte[] {'a', (byte) 0xfe});

        assertThat(name.toString()).isNotEqualTo(other.toString());
        assertThat(Bytes.of(name.toString())).isEqualTo(name);
        assertThat(Bytes.of("\u00e9").toString()).isEqualTo("\u00e9");
    }

    @Test
    void whatIsNotSaidOfAFileIsThatItIsEmpty() {
        Attributes attributes = Attributes.builder(7, Attributes.REGULAR | 0644).build();

        assertThat(attributes.links()).isEqualTo(1);
        assertThat(attributes.blockSize()).isEqualTo(4096);
        assertThat(attributes.toBuilder().size(513).build().blocks()).isEqualTo(2);
        assertThat(attributes.toBuilder().build()).isEqualTo(attributes).hasSameHashCodeAs(attributes);
        assertThat(attributes.toBuilder().uid(1).build()).isNotEqualTo(attributes);
    }

    @Test
    void directoryEntriesArePaddedToEightBytes() {
        ByteBuffer out = Wire.empty(256);

        assertThat(DirectoryFiller.ofNames(out, 256, new UnusedFiles()).add(Bytes.of("abc"), 5, 0100644, 77))
                .isTrue();

        assertThat(Wire.hex(out))
                .isEqualTo(Wire.stripped("0500000000000000 4d00000000000000 03000000 08000000 6162630000000000"));
    }

    @Test
    void aDirectoryEntryThatDoesNotFitIsLeftOut() {
        ByteBuffer out = Wire.empty(256);
        DirectoryFiller filler = DirectoryFiller.ofNames(out, 63, new UnusedFiles());

        assertThat(filler.add(Bytes.of("abc"), 5, Attributes.DIRECTORY, 1)).isTrue();
        assertThat(filler.add(Bytes.of("d"), 6, Attributes.DIRECTORY, 2)).isFalse();
        assertThat(out.position()).isEqualTo(32);
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
