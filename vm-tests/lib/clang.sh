# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# How Clang reads code of the kernel, as Kbuild would have it compiled, with the checks of which lock guards what; but nothing
# is written. Sourced.

# Sets $as_kernel, options that come behind those of the caller.
read_as_kernel() { # HEADERS: the directory that has those of the newest kernel
    local common built
    common=$(echo "$1"/linux-headers-*-common)
    built=$(echo "$1"/linux-headers-*-amd64)
    # shellcheck disable=SC2034 # for who has asked
    as_kernel=(
        -fsyntax-only -std=gnu11 -nostdinc -fms-extensions -fshort-wchar -mcmodel=kernel
        -isystem "$common/arch/x86/include" -isystem "$built/arch/x86/include/generated"
        -isystem "$common/include" -isystem "$built/include"
        -isystem "$common/arch/x86/include/uapi" -isystem "$built/arch/x86/include/generated/uapi"
        -isystem "$common/include/uapi" -isystem "$built/include/generated/uapi"
        -include "$common/include/linux/compiler-version.h" -include "$common/include/linux/kconfig.h"
        -include "$common/include/linux/compiler_types.h"
        -D__KERNEL__ '-DKBUILD_MODNAME="fdstorefs"' '-DKBUILD_BASENAME="fdstorefs"' -DCC_USING_FENTRY
        # as scripts/Makefile.context-analysis there
        -DWARN_CONTEXT_ANALYSIS -fexperimental-late-parse-attributes
        -Wthread-safety -Wthread-safety-pointer -Wthread-safety-beta
    )
}
