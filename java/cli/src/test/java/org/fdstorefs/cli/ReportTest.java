// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.fdstorefs.Errno;
import org.fdstorefs.FdStoreException;
import org.junit.jupiter.api.Test;

class ReportTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void anErrorIsOnePrintableLine() {
        report(false).warn("a\nb");

        assertThat(err.toString(UTF_8)).isEqualTo("fdstore: a\\012b\n");
    }

    @Test
    void wrongUsageTellsWhereTheHelpIs() {
        report(false).usage("no", "fdstore ls");

        assertThat(err.toString(UTF_8)).isEqualTo("fdstore: no\nTry 'fdstore ls --help'.\n");
    }

    @Test
    void anErrorIsOneDocumentInJson() {
        report(true).usage("no", "fdstore ls");

        assertThat(err.toString(UTF_8)).isEqualTo("{\"error\": {\"message\": \"no\"}}\n");
    }

    @Test
    void jsonHasWhatTheKernelSaid() {
        NoSuchFileException e = new NoSuchFileException("/s/x", null, "no such entry");
        e.initCause(new FdStoreException("/s/x", Errno.ENOENT.number(), "openat", "no such entry"));
        report(true).failure(e);

        assertThat(err.toString(UTF_8))
                .isEqualTo("{\"error\": {\"message\": \"/s/x: no such entry\", \"file\": \"/s/x\","
                        + " \"errno\": \"ENOENT\", \"call\": \"openat\"}}\n");
    }

    @Test
    void whatTheJdkHasNoReasonForIsExplained() {
        NotDirectoryException e = new NotDirectoryException("/s/x");
        e.initCause(new FdStoreException("/s/x", Errno.ENOTDIR.number(), "openat", "not a directory"));
        report(false).failure(e);
        report(false).failure(new NoSuchFileException("/y"));

        assertThat(err.toString(UTF_8)).isEqualTo("""
                        fdstore: /s/x: not a directory (ENOTDIR from openat)
                        fdstore: /y: no such file or directory
                        """);
    }

    @Test
    void anExceptionWithoutAMessageHasItsName() {
        report(false).failure(new IllegalStateException());

        assertThat(err.toString(UTF_8)).isEqualTo("fdstore: java.lang.IllegalStateException\n");
    }

    private Report report(boolean json) {
        return new Report(new PrintStream(err, true, UTF_8), json, new Log(false));
    }
}
