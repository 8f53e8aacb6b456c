// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fdstorefs.internal.Linux;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * More waiting threads than there are carriers do not keep another one from running. With a JDK
 * before 21 these are platform threads, of which the same is true.
 */
@Timeout(value = 120, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VirtualThreadsTest {
    private static final int MORE_THAN_CARRIERS = 4 * Runtime.getRuntime().availableProcessors();
    private static final int MORE_THAN_A_PIPE_HOLDS = 300_000;

    @TempDir
    Path directory;

    @FunctionalInterface
    private interface Wait {
        int in(Pipe pipe) throws IOException;
    }

    @Test
    void readersOfABlockingFileKeepNoCarrier() throws Exception {
        waitingThreadsLetOthersRun(0, pipe -> {
            try (InputStream in = pipe.reader().dup().newInputStream()) {
                return in.read();
            }
        });
    }

    @Test
    void readersOfANonBlockingFileKeepNoCarrier() throws Exception {
        waitingThreadsLetOthersRun(Linux.O_NONBLOCK, pipe -> {
            try (InputStream in = pipe.reader().dup().newInputStream()) {
                return in.read();
            }
        });
    }

    @Test
    void readersOfAByteChannelKeepNoCarrier() throws Exception {
        waitingThreadsLetOthersRun(0, pipe -> {
            ByteBuffer buffer = ByteBuffer.allocate(1);
            try (ByteChannel channel = pipe.reader().newByteChannel()) {
                channel.read(buffer);
            }
            return buffer.get(0);
        });
    }

    @Test
    void readersOfAnFdKeepNoCarrier() throws Exception {
        waitingThreadsLetOthersRun(0, pipe -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1);
            pipe.reader().read(buffer);
            return buffer.get(0);
        });
    }

    private static void waitingThreadsLetOthersRun(int flags, Wait wait) throws Exception {
        List<Pipe> pipes = pipes(flags);
        List<FutureTask<Integer>> waiting = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(MORE_THAN_CARRIERS);
        for (Pipe pipe : pipes) {
            waiting.add(NewestThreads.start(() -> {
                begun.countDown();
                return wait.in(pipe);
            }));
        }
        FutureTask<Void> other = NewestThreads.start(() -> {
            begun.await();
            for (Pipe pipe : pipes) {
                pipe.writer().write(ByteBuffer.allocateDirect(1).put(0, (byte) 42));
            }
            return null;
        });
        resultOrRelease(other, pipes);
        for (FutureTask<Integer> task : waiting) {
            assertThat(task.get()).isEqualTo(42);
        }
        closeAll(pipes);
    }

    @Test
    void writersOfAFullPipeKeepNoCarrier() throws Exception {
        List<Pipe> pipes = pipes(0);
        CountDownLatch begun = new CountDownLatch(MORE_THAN_CARRIERS);
        List<FutureTask<Void>> waiting = new ArrayList<>();
        for (Pipe pipe : pipes) {
            waiting.add(NewestThreads.start(() -> {
                begun.countDown();
                try (OutputStream out = pipe.writer().newOutputStream()) {
                    out.write(new byte[MORE_THAN_A_PIPE_HOLDS]);
                }
                return null;
            }));
        }
        FutureTask<Long> other = NewestThreads.start(() -> {
            begun.await();
            long count = 0;
            for (Pipe pipe : pipes) {
                count += pipe.reader().newInputStream().readAllBytes().length;
            }
            return count;
        });

        assertThat(resultOrRelease(other, pipes)).isEqualTo((long) MORE_THAN_CARRIERS * MORE_THAN_A_PIPE_HOLDS);
        for (FutureTask<Void> task : waiting) {
            task.get();
        }
        closeAll(pipes);
    }

    @Test
    void thoseWhoOpenAFifoKeepNoCarrier() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        List<FutureTask<Fd>> waiting = new ArrayList<>();
        for (int i = 0; i < MORE_THAN_CARRIERS; i++) {
            waiting.add(NewestThreads.start(() -> Fd.open(fifo)));
        }
        FutureTask<Fd> other = NewestThreads.start(() -> Fd.open(fifo, OpenFlag.READ, OpenFlag.WRITE));

        try (Fd writer = other.get()) {
            for (FutureTask<Fd> task : waiting) {
                task.get().close();
            }
            assertThat(writer.isOpen()).isTrue();
        }
    }

    @Test
    void anInterruptIsKeptForAfterTheWait() throws Exception {
        try (Pipe pipe = Pipe.open()) {
            CountDownLatch begun = new CountDownLatch(1);
            FutureTask<Boolean> interrupted = new FutureTask<>(() -> {
                begun.countDown();
                pipe.reader().read(ByteBuffer.allocateDirect(1));
                return Thread.interrupted();
            });
            Thread thread = NewestThreads.start((Runnable) interrupted);
            begun.await();
            interruptWhileItWaits(thread);
            pipe.writer().write(ByteBuffer.allocateDirect(1));

            assertThat(interrupted.get()).isTrue();
        }
    }

    private static void interruptWhileItWaits(Thread thread) {
        // A platform thread waits in the kernel, where it does not see an interrupt, nor we the wait.
        while (NewestThreads.areVirtual() && thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        thread.interrupt();
        while (NewestThreads.areVirtual() && thread.isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void anErrorIsThatOfTheCall() throws Exception {
        try (Fd fd = Fd.open(directory)) {
            FutureTask<Integer> reading = NewestThreads.start(() -> fd.read(ByteBuffer.allocateDirect(1)));

            assertThat(reading).failsWithin(60, SECONDS).withThrowableThat().withMessageContaining("EISDIR");
        }
    }

    /** The result; if all carriers wait, they are let go, so that other tests can be told from this one. */
    private static <T> T resultOrRelease(FutureTask<T> task, List<Pipe> pipes) throws Exception {
        try {
            return task.get(30, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            for (Pipe pipe : pipes) {
                Fd.open(Path.of("/proc/self/fd/" + pipe.writer().intValue()), OpenFlag.WRITE, OpenFlag.NONBLOCK)
                        .write(ByteBuffer.allocateDirect(1));
            }
            throw new AssertionError("all carriers wait", e);
        }
    }

    private static List<Pipe> pipes(int flags) {
        List<Pipe> pipes = new ArrayList<>();
        for (int i = 0; i < MORE_THAN_CARRIERS; i++) {
            pipes.add(Pipe.open(flags));
        }
        return pipes;
    }

    private static void closeAll(List<Pipe> pipes) throws IOException {
        for (Pipe pipe : pipes) {
            pipe.close();
        }
    }
}
