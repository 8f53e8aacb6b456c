// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.FutureTask;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.internal.SyscallNumber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FilterTest {
    private static final int READ_OF_GENERIC = 63;
    private static final int I386 = 0x40000003;

    /** What the kernel would make of the program. */
    private static int decide(Filter filter, int arch, int number) {
        ByteBuffer program = filter.program().order(ByteOrder.nativeOrder());
        int accumulator = 0;
        int at = 0;
        while (true) {
            int code = program.getShort(8 * at);
            int operand = program.getInt(8 * at + 4);
            switch (code) {
                case 0x20 -> accumulator = operand == 4 ? arch : number;
                case 0x15 -> at += program.get(8 * at + (accumulator == operand ? 2 : 3));
                case 0x06 -> {
                    return operand;
                }
                default -> throw new AssertionError("instruction " + code);
            }
            at++;
        }
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void mountsAreAnsweredIfTheyAreToBeCaught(Machine machine) {
        Filter filter = new Filter(machine, true);

        assertThat(decide(filter, machine.audit(), SyscallNumber.MOUNT)).isEqualTo(Filter.RET_USER_NOTIF);
        assertThat(decide(filter, machine.audit(), SyscallNumber.UMOUNT2)).isEqualTo(Filter.RET_USER_NOTIF);
        assertThat(decide(filter, machine.audit(), SyscallNumber.FSOPEN)).isEqualTo(Filter.RET_ENOSYS);
        assertThat(decide(filter, machine.audit(), SyscallNumber.FSMOUNT)).isEqualTo(Filter.RET_ENOSYS);
        assertThat(decide(filter, machine.audit(), SyscallNumber.MOVE_MOUNT)).isEqualTo(Filter.RET_ENOSYS);
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void otherwiseTheyAreTheKernels(Machine machine) {
        Filter filter = new Filter(machine, false);

        assertThat(decide(filter, machine.audit(), SyscallNumber.MOUNT)).isEqualTo(Filter.RET_ALLOW);
        assertThat(decide(filter, machine.audit(), SyscallNumber.UMOUNT2)).isEqualTo(Filter.RET_ALLOW);
        assertThat(decide(filter, machine.audit(), SyscallNumber.FSOPEN)).isEqualTo(Filter.RET_ALLOW);
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void splicingOfMemoryIsNeverPossible(Machine machine) {
        assertThat(decide(new Filter(machine, true), machine.audit(), SyscallNumber.VMSPLICE))
                .isEqualTo(Filter.RET_ENOSYS);
        assertThat(decide(new Filter(machine, false), machine.audit(), SyscallNumber.VMSPLICE))
                .isEqualTo(Filter.RET_ENOSYS);
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void otherCallsAndOtherArchitecturesAreNotConcerned(Machine machine) {
        assertThat(decide(new Filter(machine, true), machine.audit(), READ_OF_GENERIC))
                .isEqualTo(Filter.RET_ALLOW);
        assertThat(decide(new Filter(machine, true), I386, SyscallNumber.MOUNT)).isEqualTo(Filter.RET_ALLOW);
    }

    @Test
    void itIsForTheThreadThatInstallsItAndTheThreadsOfThat() throws Exception {
        FutureTask<Long> inherited = new FutureTask<>(FakeServer::vmsplice);
        FutureTask<Long> filtered = new FutureTask<>(() -> {
            new Filter(Machine.current(), false).install();
            Thread child = new Thread(inherited);
            child.start();
            child.join();
            return FakeServer.vmsplice();
        });
        FutureTask<Long> other = new FutureTask<>(FakeServer::vmsplice);
        Thread thread = new Thread(filtered);
        thread.start();
        thread.join();
        new Thread(other).start();

        assertThat(filtered.get()).isEqualTo(-Errno.ENOSYS.number());
        assertThat(inherited.get()).isEqualTo(-Errno.ENOSYS.number());
        assertThat(other.get()).isEqualTo(-Errno.EBADF.number());
        assertThat(FakeServer.vmsplice()).isEqualTo(-Errno.EBADF.number());
    }

    @Test
    void mountsAreCaughtOnce() throws Exception {
        Fd.eventfd().close(); // has the thread of its cleaner started by a thread that is not filtered
        FutureTask<Void> twice = new FutureTask<>(() -> {
            try (Fd listener = new Filter(Machine.current(), true).install().orElseThrow()) {
                assertThat(listener.isCloseOnExec()).isTrue();
                assertThatThrownBy(() -> new Filter(Machine.current(), true).install())
                        .hasMessageContaining("somebody else catches system calls of this process already")
                        .satisfies(e -> assertThat(Errno.of(e)).contains(Errno.EBUSY));
            }
            return null;
        });
        new Thread(twice).start();

        twice.get();
    }
}
