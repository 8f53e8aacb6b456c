// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.fdstorefs.Fd;
import org.fdstorefs.FdEntry;
import org.fdstorefs.FdPipe;
import org.fdstorefs.FdStore;
import org.fdstorefs.Lease;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LeaseIT {
    private static final Duration LONG = Duration.ofMinutes(1);

    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    static Stream<Task.Kind> kinds() {
        return Task.kinds();
    }

    /** Those that gave up have the entry open until they have had the lock. */
    @AfterEach
    void awaitThoseThatGaveUp() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("fdstore-lease")) {
                thread.join();
            }
        }
    }

    private FdStore store() {
        return mounted.store();
    }

    @Test
    void theEntryIsMadeEmptyAndForTheOwnerOnly() throws Exception {
        store().lease("x").close();

        assertThat(store().info("x").state()).isEqualTo(FdEntry.State.EMPTY);
        assertThat(Files.getPosixFilePermissions(mounted.path("x")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void oneHasItAtATime() throws Exception {
        try (Lease first = store().lease("x")) {
            assertThat(first.isHeld()).isTrue();
            assertThat(store().tryLease("x")).isEmpty();
            assertThat(store().lease("x", Duration.ZERO)).isEmpty();
        }
        try (Lease second = store().tryLease("x").orElseThrow()) {
            assertThat(second.isHeld()).isTrue();
        }
    }

    @Test
    void leasesOfDifferentNamesAreDifferent() throws Exception {
        try (Lease x = store().lease("x");
                Lease y = store().lease("y")) {
            assertThat(x.isHeld() && y.isHeld()).isTrue();
        }
    }

    @Test
    void itSaysNothingAboutWhatTheEntryHolds() throws Exception {
        try (Fd file = Fd.open(Path.of("/dev/null"));
                Lease lease = store().lease("x")) {
            store().put("x", file);

            assertThat(lease.isHeld()).isTrue();
            assertThat(store().tryLease("x")).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void theNextOneWaitsForIt(Task.Kind kind) throws Exception {
        Lease first = store().lease("x");
        Task<Lease> next = Task.start(kind, () -> store().lease("x")).untilItWaits();

        first.close();

        try (Lease second = next.result()) {
            assertThat(second.isHeld()).isTrue();
            assertThat(first.isHeld()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whoWaitsOnlyForAWhileGoesWithout(Task.Kind kind) throws Exception {
        try (Lease lease = store().lease("x")) {
            Task<Optional<Lease>> other = Task.start(kind, () -> store().lease("x", Duration.ofMillis(20)));

            assertThat(other.result()).isEmpty();
            assertThat(lease.isHeld()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aWaiterCanBeInterrupted(Task.Kind kind) throws Exception {
        try (Lease lease = store().lease("x")) {
            Task<Lease> waiter = Task.start(kind, () -> store().lease("x")).untilItWaits();

            waiter.interrupt();

            assertThatThrownBy(waiter::result).isInstanceOf(InterruptedException.class);
            assertThat(lease.isHeld()).isTrue();
        }
        store().lease("x").close();
    }

    @Test
    void aWaiterThatGaveUpDoesNotKeepItFromTheNext() throws Exception {
        Lease first = store().lease("x");
        assertThat(store().lease("x", Duration.ofMillis(20))).isEmpty();
        Task<Optional<Lease>> next = Task.start(() -> store().lease("x", LONG)).untilItWaits();

        first.close();

        try (Lease second = next.result().orElseThrow()) {
            assertThat(second.isHeld()).isTrue();
        }
    }

    @Test
    void manyThatGaveUpLeaveOneThread() throws Exception {
        try (Lease lease = store().lease("x")) {
            for (int i = 0; i < 100; i++) {
                assertThat(store().lease("x", Duration.ofMillis(1))).isEmpty();
            }
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().equals("fdstore-lease"))
                    .hasSize(1);
            assertThat(lease.isHeld()).isTrue();
        }
    }

    @Test
    void itOutlivesItsObject() throws Exception {
        try (JavaProgram forgetful = JavaProgram.start(Forgetful.class, mounted.directory(), "x")) {
            assertThat(forgetful.line()).isEqualTo("forgotten");
            assertThat(store().tryLease("x")).isEmpty();

            forgetful.kill();

            store().lease("x").close();
        }
    }

    /** {@code STORE NAME}: gets the lease, forgets it, says so when garbage has been collected, and stays. */
    static final class Forgetful {
        private Forgetful() {}

        public static void main(String[] args) throws Exception {
            try (FdStore store = FdStore.open(Path.of(args[0]))) {
                lead(store, args[1]);
                Fd reader = loseWriter();
                System.gc();
                while (reader.read(ByteBuffer.allocateDirect(1)) >= 0) {
                    System.gc();
                }
                System.out.println("forgotten");
                System.in.read();
            }
        }

        private static void lead(FdStore store, String name) throws Exception {
            if (!store.lease(name).isHeld()) {
                throw new IllegalStateException("lost");
            }
        }

        /** The writer is a duplicate, which the garbage collector closes. */
        private static Fd loseWriter() throws IOException {
            try (FdPipe pipe = Fd.pipe()) {
                pipe.writer().dup().write(ByteBuffer.allocateDirect(1));
                return pipe.reader().dup();
            }
        }
    }

    @Test
    void aLeaseWhoseNameIsGoneIsNotHeld() throws Exception {
        try (Lease lease = store().lease("x")) {
            store().remove("x");
            assertThat(lease.isHeld()).isFalse();
        }
        try (Lease lease = store().lease("x")) {
            store().rename("x", "y");
            assertThat(lease.isHeld()).isFalse();
        }
    }

    @Test
    void aLockOfAnEntryThatWasReplacedMeanwhileIsNoLease() throws Exception {
        Lease old = store().lease("x");
        Task<Lease> waiter = Task.start(() -> store().lease("x")).untilItWaits();
        store().remove("x");
        Lease current = store().tryLease("x").orElseThrow();

        old.close();
        assertThat(store().tryLease("x")).as("still the current one's").isEmpty();
        waiter.untilItWaits();
        current.close();

        try (Lease next = waiter.result()) {
            assertThat(next.isHeld()).isTrue();
            assertThat(store().tryLease("x")).isEmpty();
        }
    }

    @Test
    void itPassesFromAKilledProcessToOneThatWaits() throws Exception {
        try (JavaProgram holder = JavaProgram.start(Holder.class, mounted.directory(), "x")) {
            assertThat(holder.line()).isEqualTo("held");
            try (JavaProgram next = JavaProgram.start(Holder.class, mounted.directory(), "x")) {
                Task<Lease> third = Task.start(() -> store().lease("x")).untilItWaits();
                assertThat(store().tryLease("x")).isEmpty();

                holder.kill();

                // Which of the two was first in the queue is chance.
                Task<String> line = Task.start(next::line);
                while (!third.isDone() && !line.isDone()) {
                    Thread.onSpinWait();
                }
                if (third.isDone()) {
                    third.result().close();
                    assertThat(line.result()).isEqualTo("held");
                    next.kill();
                } else {
                    assertThat(line.result()).isEqualTo("held");
                    next.kill();
                    third.result().close();
                }
            }
        }
    }

    @Test
    void closingTheStoreDoesNotEndIt() throws Exception {
        Lease lease;
        try (FdStore other = FdStore.open(mounted.directory())) {
            lease = other.lease("x");
        }
        try (lease) {
            assertThat(lease.isHeld()).isTrue();
            assertThat(store().tryLease("x")).isEmpty();
        }
    }

    /** {@code STORE NAME}: gets the lease, says so, and keeps it. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws Exception {
            try (FdStore store = FdStore.open(Path.of(args[0]));
                    Lease lease = store.lease(args[1])) {
                System.out.println(lease.isHeld() ? "held" : "lost");
                System.in.read();
            }
        }
    }
}
