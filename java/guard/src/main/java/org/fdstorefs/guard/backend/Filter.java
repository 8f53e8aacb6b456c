// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SysErrors;
import org.fdstorefs.internal.SyscallNumber;
import org.fdstorefs.internal.SystemCall;

/**
 * A seccomp filter for one thread and what it starts: threads and processes inherit it, and nobody can get
 * rid of it, but other threads that exist already are not concerned.
 *
 * <p>vmsplice(2) always fails with ENOSYS: with it libfuse would splice(2) its replies, which a socket takes
 * page by page, as many messages. If mounts are caught, mount(2) and umount2(2) wait for the answer of a {@link
 * Listener}, and the newer calls for mounting fail with ENOSYS, so that programs take those two. Calls of
 * another architecture, such as 32-bit ones, are not looked at.
 */
final class Filter {
    // linux/seccomp.h
    static final int RET_ALLOW = 0x7FFF0000;
    static final int RET_USER_NOTIF = 0x7FC00000;
    static final int RET_ENOSYS = 0x00050000 | Errno.ENOSYS.number();
    private static final int SET_MODE_FILTER = 1;
    private static final int FLAG_NEW_LISTENER = 1 << 3;
    private static final int FLAG_WAIT_KILLABLE_RECV = 1 << 5; // since Linux 5.19

    // linux/bpf_common.h
    private static final short LOAD_WORD = 0x20;
    private static final short JUMP_IF_EQUAL = 0x15;
    private static final short RETURN = 0x06;
    private static final int INSTRUCTION_SIZE = 8;

    // struct seccomp_data
    private static final int NUMBER_OFFSET = 0;
    private static final int ARCH_OFFSET = 4;

    // struct sock_fprog { unsigned short len; struct sock_filter *filter; }
    private static final int FPROG_SIZE = 16;
    private static final int FPROG_POINTER = 8;

    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final String WHAT = "filter of a backend";

    private final Machine machine;
    private final boolean catching;

    Filter(Machine machine, boolean catching) {
        this.machine = machine;
        this.catching = catching;
    }

    private Map<Integer, Integer> rules() {
        Map<Integer, Integer> rules = new LinkedHashMap<>();
        rules.put(SyscallNumber.VMSPLICE, RET_ENOSYS);
        if (catching) {
            rules.put(SyscallNumber.MOUNT, RET_USER_NOTIF);
            rules.put(SyscallNumber.UMOUNT2, RET_USER_NOTIF);
            rules.put(SyscallNumber.FSOPEN, RET_ENOSYS);
            rules.put(SyscallNumber.FSMOUNT, RET_ENOSYS);
            rules.put(SyscallNumber.MOVE_MOUNT, RET_ENOSYS);
        }
        return rules;
    }

    /** The program in native memory, in the byte order of the machine. */
    ByteBuffer program() {
        Map<Integer, Integer> rules = rules();
        ByteBuffer program = ByteBuffer.allocateDirect((2 * rules.size() + 5) * INSTRUCTION_SIZE)
                .order(ByteOrder.nativeOrder());
        put(program, LOAD_WORD, 0, 0, ARCH_OFFSET);
        put(program, JUMP_IF_EQUAL, 1, 0, machine.audit());
        put(program, RETURN, 0, 0, RET_ALLOW);
        put(program, LOAD_WORD, 0, 0, NUMBER_OFFSET);
        rules.forEach((number, action) -> {
            put(program, JUMP_IF_EQUAL, 0, 1, number);
            put(program, RETURN, 0, 0, action);
        });
        put(program, RETURN, 0, 0, RET_ALLOW);
        return program.flip();
    }

    private static void put(ByteBuffer program, short code, int skipIfTrue, int skipIfFalse, int operand) {
        program.putShort(code).put((byte) skipIfTrue).put((byte) skipIfFalse).putInt(operand);
    }

    /**
     * Filters the calling thread from here on.
     *
     * @return what answers its mounts, if they are caught
     * @throws IOException with EBUSY if a filter with a listener is in effect already, as within a container whose
     *     manager has one; with EINVAL or ENOSYS if this kernel or container has no seccomp
     */
    Optional<Fd> install() throws IOException {
        ByteBuffer program = program();
        ByteBuffer fprog = ByteBuffer.allocateDirect(FPROG_SIZE).order(ByteOrder.nativeOrder());
        fprog.putShort(0, (short) (program.limit() / INSTRUCTION_SIZE));
        fprog.putLong(FPROG_POINTER, Sys.address(program));
        int flags = catching ? FLAG_NEW_LISTENER | FLAG_WAIT_KILLABLE_RECV : 0;
        long result = set(flags, fprog);
        if (catching && result == -Errno.EINVAL.number()) {
            result = set(FLAG_NEW_LISTENER, fprog);
        }
        if (result < 0) {
            throw failure(result);
        }
        return catching ? Optional.of(Fd.adopt((int) result)) : Optional.empty();
    }

    /** A process without CAP_SYS_ADMIN has to give up that programs it starts gain privileges. */
    private static long set(int flags, ByteBuffer fprog) {
        long result = seccomp(flags, fprog);
        if (result == -Errno.EACCES.number() && giveUpPrivileges()) {
            result = seccomp(flags, fprog);
        }
        return result;
    }

    private static boolean giveUpPrivileges() {
        return SystemCall.make(SyscallNumber.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0) == 0;
    }

    private static long seccomp(int flags, ByteBuffer fprog) {
        return SystemCall.make(SyscallNumber.SECCOMP, SET_MODE_FILTER, flags, Sys.address(fprog));
    }

    private static IOException failure(long result) {
        String call = "seccomp SECCOMP_SET_MODE_FILTER";
        return switch (Errno.of((int) -result).orElse(Errno.EIO)) {
            case EBUSY ->
                SysErrors.exception(
                        result,
                        call,
                        WHAT,
                        "somebody else catches system calls of this process already, as the manager of a container"
                                + " may; a server that takes /dev/fd/N does not need this");
            case EINVAL, ENOSYS -> SysErrors.exception(result, call, WHAT, "this kernel or container has no seccomp");
            default -> SysErrors.exception(result, call, WHAT);
        };
    }
}
