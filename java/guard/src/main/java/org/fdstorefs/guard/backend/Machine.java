// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

/** The numbers of system calls that a filter needs: those below 424 differ. */
enum Machine {
    AMD64(0xC000003E, 165, 166, 278, 317),
    AARCH64(0xC00000B7, 40, 39, 75, 277),
    RISCV64(0xC00000F3, 40, 39, 75, 277);

    static final int MOVE_MOUNT = 429;
    static final int FSOPEN = 430;
    static final int FSMOUNT = 432;
    static final int PIDFD_SEND_SIGNAL = 424;

    private final int audit;
    private final int mount;
    private final int umount2;
    private final int vmsplice;
    private final int seccomp;

    Machine(int audit, int mount, int umount2, int vmsplice, int seccomp) {
        this.audit = audit;
        this.mount = mount;
        this.umount2 = umount2;
        this.vmsplice = vmsplice;
        this.seccomp = seccomp;
    }

    /**
     * This one.
     *
     * @throws UnsupportedOperationException if it is none of these
     */
    static Machine current() {
        String arch = System.getProperty("os.arch");
        return switch (arch) {
            case "amd64" -> AMD64;
            case "aarch64" -> AARCH64;
            case "riscv64" -> RISCV64;
            default -> throw new UnsupportedOperationException("a guard needs amd64, aarch64 or riscv64, not " + arch);
        };
    }

    /** AUDIT_ARCH_ of linux/audit.h. */
    int audit() {
        return audit;
    }

    int mount() {
        return mount;
    }

    int umount2() {
        return umount2;
    }

    int vmsplice() {
        return vmsplice;
    }

    int seccomp() {
        return seccomp;
    }
}
