// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

/** The machines whose system calls can be filtered. */
enum Machine {
    AMD64(0xC000003E),
    AARCH64(0xC00000B7),
    RISCV64(0xC00000F3);

    private final int audit;

    Machine(int audit) {
        this.audit = audit;
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
}
