// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** On each seam that this JVM has. */
class SystemCallTest {
    private static final int ENOENT = 2;
    private static final int EBADF = 9;
    private static final long RIGHTS = 0400;

    static Stream<Seam> seams() {
        return Runtime.version().feature() < Seam.FIRST_FOREIGN
                ? Stream.of(new JnaSeam())
                : Stream.of(new JnaSeam(), new ForeignSeam());
    }

    @ParameterizedTest
    @MethodSource("seams")
    void aFailureIsTheNegatedErrnoWhateverTheNumberOfArguments(Seam seam) {
        SystemCall call = seam.newCall();

        assertThat(call.invoke(SyscallNumber.CLOSE, -1)).isEqualTo(-EBADF);
        assertThat(call.invoke(SyscallNumber.FCNTL, -1, Linux.F_GETFD, 0)).isEqualTo(-EBADF);
        assertThat(call.invoke(
                        SyscallNumber.LINKAT, Linux.AT_FDCWD, call.string("/not there".getBytes(UTF_8)), 0, 0, 0, 0))
                .isEqualTo(-ENOENT);
    }

    @ParameterizedTest
    @MethodSource("seams")
    void argumentsAndMemoryReachTheKernelAndComeBack(Seam seam) {
        SystemCall call = seam.newCall();
        long name = call.string("memory".getBytes(UTF_8));
        long fd = call.invoke(SyscallNumber.MEMFD_CREATE, name, Linux.MFD_CLOEXEC, 0);
        byte[] text = "some text".getBytes(UTF_8);
        long room = call.room(text.length);

        assertThat(call.invoke(SyscallNumber.WRITE, fd, call.bytes(text), text.length))
                .isEqualTo(text.length);
        assertThat(call.invoke(SyscallNumber.PREAD64, fd, room, text.length, 0, 0, 0))
                .isEqualTo(text.length);
        byte[] read = new byte[text.length];
        call.copy(room, read, read.length);
        assertThat(read).isEqualTo(text);
        assertThat(call.invoke(SyscallNumber.CLOSE, fd)).isZero();
    }

    @ParameterizedTest
    @MethodSource("seams")
    void theAddressOfABufferIsThatOfItsFirstByteWhateverItsPosition(Seam seam) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(16).position(8);
        buffer.put(0, (byte) 5);

        assertThat(seam.memory(seam.address(buffer), 16).get(0)).isEqualTo((byte) 5);
    }

    @Test
    void whatDoesNotFitIntoTheMemoryHasMemoryOfItsOwn() {
        try (SystemCall call = SystemCall.prepare()) {
            byte[] large = new byte[1 << 20];
            large[large.length - 1] = 7;
            long first = call.bytes(large);
            long second = call.bytes(large);
            byte[] copy = new byte[large.length];
            call.copy(first, copy, copy.length);

            assertThat(first).isNotEqualTo(second);
            assertThat(copy).isEqualTo(large);
        }
    }

    @Test
    void addressesAreThoseOfLongs() {
        try (SystemCall call = SystemCall.prepare()) {
            call.bytes(new byte[3]);
            long place = call.room(Long.BYTES);
            call.putLong(place, RIGHTS);

            assertThat(place % Long.BYTES).isZero();
            assertThat(call.getLong(place)).isEqualTo(RIGHTS);
            assertThat(call.getInt(place)).isEqualTo((int) RIGHTS);
        }
    }

    @Test
    void aNameWithANulIsRefused() {
        try (SystemCall call = SystemCall.prepare()) {
            assertThatThrownBy(() -> call.string(new byte[] {'a', 0, 'b'}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("NUL");
        }
    }

    @Test
    void anAddressOfAnotherCallIsRefused() {
        try (SystemCall call = SystemCall.prepare();
                SystemCall other = SystemCall.prepare()) {
            long place = other.room(Long.BYTES);

            assertThatThrownBy(() -> call.getLong(place)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void callsThatAreMadeAtTheSameTimeShareNothing() {
        List<SystemCall> calls = new ArrayList<>();
        List<Long> places = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            SystemCall call = SystemCall.prepare();
            calls.add(call);
            places.add(call.room(Long.BYTES));
        }

        assertThat(places).doesNotHaveDuplicates();
        calls.forEach(SystemCall::close);
    }
}
