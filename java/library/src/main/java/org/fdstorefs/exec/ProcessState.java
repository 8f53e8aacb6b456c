// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a process got from its parent, and a JVM changes. The program that starts the JVM
 * can record it before, so that a {@link Program} finds everything as if there had been no JVM.
 *
 * <pre>{@code
 * // A script that starts the JVM can pass this from /proc/self/status.
 * long ignored = Long.parseUnsignedLong(System.getProperty("ignored", "0"), 16);
 * ProcessState state = ProcessState.plain().withIgnored(ignored).withOpenFiles(1024);
 * Child child = Program.of("sleep", "1").state(state).spawn();
 * int status = child.waitFor();
 * }</pre>
 *
 * <p>Immutable: methods that change something return a changed copy.
 */
public final class ProcessState {
    private final Set<Integer> descriptors;
    private final long ignored;
    private final long blocked;
    private final OptionalLong openFiles;
    private final OptionalInt coredumpFilter;

    private ProcessState(
            Set<Integer> descriptors, long ignored, long blocked, OptionalLong openFiles, OptionalInt coredumpFilter) {
        this.descriptors = Set.copyOf(requireNonNull(descriptors, "descriptors is null"));
        this.ignored = ignored;
        this.blocked = blocked;
        this.openFiles = openFiles;
        this.coredumpFilter = coredumpFilter;
        descriptors.forEach(Numbers::check);
    }

    /**
     * The descriptors that were inherited, which a JVM mixes with its own; the standard streams need not be among
     * them.
     */
    public Set<Integer> descriptors() {
        return descriptors;
    }

    /** The signals that were ignored, as the mask {@code SigIgn} of /proc/PID/status: bit 0 is signal 1. */
    public long ignored() {
        return ignored;
    }

    /** The signals that were blocked, likewise. */
    public long blocked() {
        return blocked;
    }

    /** The soft limit of open files ({@code ulimit -n}, unsigned), which a JVM raises; if empty it stays as it is now. */
    public OptionalLong openFiles() {
        return openFiles;
    }

    /** What /proc/PID/coredump_filter had, which a JVM adds to; if empty it stays as it is now. */
    public OptionalInt coredumpFilter() {
        return coredumpFilter;
    }

    /** No descriptors but the standard streams, no signal ignored or blocked, limits as they are now. */
    public static ProcessState plain() {
        return new ProcessState(Set.of(), 0, 0, OptionalLong.empty(), OptionalInt.empty());
    }

    /**
     * The same with these descriptors.
     *
     * @throws IllegalArgumentException if a number is negative
     */
    public ProcessState withDescriptors(Set<Integer> numbers) {
        return new ProcessState(numbers, ignored, blocked, openFiles, coredumpFilter);
    }

    /** The same with these signals ignored. */
    public ProcessState withIgnored(long signals) {
        return new ProcessState(descriptors, signals, blocked, openFiles, coredumpFilter);
    }

    /** The same with these signals blocked. */
    public ProcessState withBlocked(long signals) {
        return new ProcessState(descriptors, ignored, signals, openFiles, coredumpFilter);
    }

    /** The same with this soft limit of open files. */
    public ProcessState withOpenFiles(long limit) {
        return new ProcessState(descriptors, ignored, blocked, OptionalLong.of(limit), coredumpFilter);
    }

    /** The same with these bits in coredump_filter, as core(5) lists them. */
    public ProcessState withCoredumpFilter(int bits) {
        return new ProcessState(descriptors, ignored, blocked, openFiles, OptionalInt.of(bits));
    }
}
