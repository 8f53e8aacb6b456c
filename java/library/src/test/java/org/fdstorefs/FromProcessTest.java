// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.fdstorefs.internal.ProcessSys;
import org.junit.jupiter.api.Test;

class FromProcessTest {
    @Test
    void aDescriptorOfAnotherProcessIsOfTheSameOpenFile() throws Exception {
        Process cat = new ProcessBuilder("cat").start();
        try (Fd fd = Fd.fromProcess(cat.toHandle(), 1);
                OutputStream out = fd.newOutputStream()) {
            out.write("hello\n".getBytes(UTF_8));

            assertThat(cat.inputReader().readLine()).isEqualTo("hello");
            assertThat(fd.isCloseOnExec()).isTrue();
        } finally {
            cat.destroyForcibly().waitFor();
        }
    }

    @Test
    void aDescriptorOfThisProcessIsDuplicated() throws IOException {
        try (Fd fd = Fd.open(Path.of("/dev/null"));
                Fd copy = Fd.fromProcess(ProcessHandle.current(), fd.intValue())) {
            assertThat(OpenFiles.othersLike(fd)).containsExactly(copy.intValue());
        }
    }

    @Test
    void aProcessThatHasEndedHasNoDescriptors() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();

        assertThatThrownBy(() -> Fd.fromProcess(process.toHandle(), 0))
                .isInstanceOf(FdStoreException.class)
                .hasMessageContaining("process " + process.pid() + ": no such process: it has ended (ESRCH");
    }

    @Test
    void aProcessThatHasThePidOfTheOneMeantIsLeftAlone() throws IOException {
        Set<Integer> before = OpenFiles.numbers();
        ProcessHandle ended =
                stub(ProcessHandle.class, Map.of("pid", ProcessHandle.current().pid(), "isAlive", false));

        assertThatThrownBy(() -> Fd.fromProcess(ended, 0)).hasMessageContaining("it has ended (ESRCH");
        assertThat(OpenFiles.numbers()).isEqualTo(before);
    }

    @Test
    void aNumberThatIsNotOpenThereIsToldSo() throws IOException {
        Set<Integer> before = OpenFiles.numbers();

        assertThatThrownBy(() -> Fd.fromProcess(ProcessHandle.current(), 1_000_000))
                .isInstanceOf(FdStoreException.class)
                .hasMessageContaining("fd 1000000 of process")
                .hasMessageContaining("not an open descriptor there")
                .hasMessageContaining("EBADF from pidfd_getfd");
        assertThat(OpenFiles.numbers()).isEqualTo(before);
    }

    @Test
    void whoMayNotTraceTheProcessIsToldWhatThatTakes() throws IOException {
        assertThatThrownBy(() -> Fd.fromProcess(failing(Errno.EPERM), ProcessHandle.current(), 0))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("CAP_SYS_PTRACE")
                .hasMessageContaining("yama/ptrace_scope");
    }

    @Test
    void anOldKernelIsToldSo() throws IOException {
        assertThatThrownBy(() -> Fd.fromProcess(failing(Errno.ENOSYS), ProcessHandle.current(), 0))
                .isInstanceOf(FdStoreException.class)
                .hasMessageContaining("needs Linux 5.6");
    }

    @Test
    void aNegativeNumberIsNone() {
        assertThatThrownBy(() -> Fd.fromProcess(ProcessHandle.current(), -1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** A kernel that refuses pidfd_getfd(2). */
    private static ProcessSys failing(Errno errno) throws IOException {
        int pidfd = Fd.open(Path.of("/dev/null")).detach();
        return stub(ProcessSys.class, Map.of("pidfdOpen", pidfd, "pidfdGetfd", -errno.number()));
    }

    /** Answers these methods, whatever the arguments. */
    private static <T> T stub(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (!answers.containsKey(method.getName())) {
                        throw new AssertionError("unexpected " + method);
                    }
                    return answers.get(method.getName());
                }));
    }
}
