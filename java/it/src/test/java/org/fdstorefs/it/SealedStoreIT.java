// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.fdstorefs.FdStoreException;
import org.fdstorefs.MountOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A store whose anchor fires. */
class SealedStoreIT {
    private final Fd anchor = Libc.eventfd();

    @RegisterExtension
    final MountedStore mounted = new MountedStore(MountOption.anchor(anchor));

    @AfterEach
    void close() throws IOException {
        anchor.close();
    }

    private FdStore store() {
        return mounted.store();
    }

    @Test
    void whoWaitsForANameLearnsThatItCannotCome() throws Exception {
        Task<Fd> waiter = Task.start(() -> store().await("x")).untilItWaits();

        Libc.fire(anchor);

        assertSealed(waiter::result);
    }

    @Test
    void whoWaitsForAnEmptyEntryLearnsThatItStaysEmpty() throws Exception {
        Files.createFile(mounted.path("x"));
        Task<Fd> waiter = Task.start(() -> store().awaitTake("x")).untilItWaits();

        Libc.fire(anchor);

        assertSealed(waiter::result);
    }

    @Test
    void whoComesLaterLearnsItAtOnce() throws Exception {
        fireAndWait();

        assertSealed(() -> store().await("x"));
        assertSealed(() -> store().await("filled"));
    }

    @Test
    void whatIsStoredIsReleased() throws Exception {
        fireAndWait();

        assertThat(store().find("filled")).isEmpty();
    }

    @Test
    void nothingCanBePut() throws Exception {
        fireAndWait();

        try (Fd file = Fd.open(Path.of("/dev/null"))) {
            assertSealed(() -> store().put("x", file));
        }
    }

    private void fireAndWait() throws Exception {
        try (Fd file = Fd.open(Path.of("/dev/null"))) {
            store().put("filled", file);
        }
        Libc.fire(anchor);
        assertThat(store().awaitEmpty("filled", Duration.ofMinutes(1))).isTrue();
    }

    private static void assertSealed(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(FdStoreException.class)
                .hasMessageContaining("the store is sealed")
                .extracting(Errno::of)
                .hasToString("Optional[ESHUTDOWN]");
    }
}
