// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.fdstorefs.Fd;
import org.fdstorefs.FdEntry;
import org.fdstorefs.FdStore;
import org.fdstorefs.PutOption;
import org.fdstorefs.fuse.BadStateException;
import org.fdstorefs.fuse.FuseFileSystem;
import org.fdstorefs.fuse.OtherSessionException;
import org.fdstorefs.fuse.state.SharedMemory;
import org.fdstorefs.it.MountedStore;
import org.fdstorefs.it.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers that die at a request, on a real connection and a real store. */
class RecoverableServerIT {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int OFFSET_LAYOUT = 8;

    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    @RegisterExtension
    final MountPoint mount = new MountPoint();

    private final List<RunningServer> servers = new ArrayList<>();

    /** They serve until it is unmounted, and have entries of the store open. */
    @AfterEach
    void endServers() throws Exception {
        mount.abandon();
        store().removeChild("session");
        for (RunningServer server : servers) {
            try {
                server.end();
            } catch (Exception e) {
                // as the test has seen
            }
        }
    }

    private FdStore store() {
        return mounted.store();
    }

    private RunningServer server(int workers, FuseFileSystem files) {
        RunningServer server = RunningServer.start(mounted.directory(), mount.directory(), workers, files);
        servers.add(server);
        return server;
    }

    private RunningServer standby(FuseFileSystem files) {
        RunningServer server = RunningServer.standby(mounted.directory(), mount.directory(), files);
        servers.add(server);
        return server;
    }

    /** Somebody who removes a file of the mount, and waits for the answer. */
    private Task<Path> remover(String name) {
        Path file = mount.directory().resolve("in-" + name).resolve(name);
        return Task.start(() -> {
            Files.delete(file);
            return file;
        });
    }

    /** Starts a server, and has it die at a request, whose answer somebody waits for from then on. */
    private Task<Path> serverDiesAtRemovalOf(String name) throws Exception {
        RunningServer server =
                server(1, new ScriptedFiles(name)).await("standing by").await("serving");
        Task<Path> remover = remover(name);
        server.awaitDeath();
        return remover;
    }

    @Test
    void whoAskedGetsTheAnswerOfTheNextServer() throws Exception {
        Task<Path> remover = serverDiesAtRemovalOf("a");
        ScriptedFiles files = new ScriptedFiles();

        server(1, files).await("standing by").await("took over [UNLINK][]0").await("serving");

        remover.result();
        assertThat(files.calls()).containsExactly("unlink a replayed, memo 97");
    }

    @Test
    void aStandbyTakesOverWhenTheFirstOneDies() throws Exception {
        RunningServer first =
                server(1, new ScriptedFiles("a")).await("standing by").await("serving");
        RunningServer second = standby(new ScriptedFiles()).await("standing by");

        remover("a").result();

        first.awaitDeath();
        second.await("took over [UNLINK][]0").await("serving");
    }

    @Test
    void theNextServerMayDieOfTheSameRequest() throws Exception {
        Task<Path> remover = serverDiesAtRemovalOf("a");
        server(1, new ScriptedFiles("a")).await("standing by").awaitDeath();
        ScriptedFiles files = new ScriptedFiles();

        server(1, files).await("standing by").await("took over [UNLINK][]0");

        remover.result();
        assertThat(files.calls()).containsExactly("unlink a replayed, memo 97");
    }

    @Test
    void aFullJournalIsAnsweredByOneThread() throws Exception {
        RunningServer first = server(4, new ScriptedFiles("a", "b", "c", "d"))
                .await("standing by")
                .await("serving");
        List<Task<Path>> removers = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d")) {
            removers.add(remover(name)); // each in a directory of its own, which is all that the kernel keeps apart
        }
        first.awaitDeath();
        ScriptedFiles files = new ScriptedFiles();

        server(1, files).await("standing by").await("took over [UNLINK, UNLINK, UNLINK, UNLINK][]0");

        for (Task<Path> remover : removers) {
            remover.result();
        }
        assertThat(files.calls()).hasSize(4).allMatch(call -> call.contains("replayed"));
    }

    @Test
    void ofTwoServersOneServes() throws Exception {
        RunningServer first = server(1, new ScriptedFiles());
        RunningServer second = standby(new ScriptedFiles()).await("standing by");
        first.await("standing by").await("serving");

        assertThat(mount.unmount()).isZero();

        assertThat(first.end()).isEqualTo(RecoverableServer.End.UNMOUNTED);
        assertThat(second.end()).isEqualTo(RecoverableServer.End.NOTHING_TO_TAKE_OVER);
        assertThat(store().children()).isEmpty();
    }

    @Test
    void theStateOfAnotherVersionIsRefusedAndKept() throws Exception {
        Task<Path> remover = serverDiesAtRemovalOf("a");
        int known = setLayout(99);

        RunningServer second = server(1, new ScriptedFiles());

        assertThatThrownBy(second::end)
                .isInstanceOf(BadStateException.class)
                .hasMessageContaining("of version 99, and this server understands version " + known);
        assertThat(remover.isDone()).as("whoever asks still waits").isFalse();
        assertThat(setLayout(known)).isEqualTo(99);
        server(1, new ScriptedFiles()).await("standing by").await("took over [UNLINK][]0");
        remover.result();
    }

    @Test
    void aTruncatedStateIsRefusedAndTheMountStays() throws Exception {
        Task<Path> remover = serverDiesAtRemovalOf("a");
        try (FdStore session = store().child("session");
                Fd state = session.get("state");
                SharedMemory cut = SharedMemory.create(100)) {
            session.put("state", cut.fd(), PutOption.REPLACE);

            RunningServer second = server(1, new ScriptedFiles());

            assertThatThrownBy(second::end)
                    .isInstanceOf(BadStateException.class)
                    .hasMessageContaining("it has 100 bytes");
            assertThat(remover.isDone()).as("whoever asks still waits").isFalse();
            session.put("state", state, PutOption.REPLACE);
        }
        server(1, new ScriptedFiles()).await("standing by").await("took over [UNLINK][]0");
        remover.result();
    }

    @Test
    void withoutItsEntryWhatWaitsFailsAndNothingHangs() throws Exception {
        Task<Path> remover = serverDiesAtRemovalOf("a");

        store().removeChild("session");

        assertThatThrownBy(remover::result)
                .isInstanceOf(FileSystemException.class)
                .hasMessageMatching(".*: (Software caused connection abort|Transport endpoint is not connected)");
        assertThat(mount.unmount()).isZero();
    }

    @Test
    void aMountWhoseServerIsGoneForGoodIsReplaced() throws Exception {
        Task<Path> remover = serverDiesAtRemovalOf("a");
        store().removeChild("session");
        assertThatThrownBy(remover::result).isInstanceOf(FileSystemException.class);

        server(1, new ScriptedFiles()).await("standing by").await("serving");

        remover("a").result();
    }

    @Test
    void unmountingWhileNobodyServesEmptiesTheStore() throws Exception {
        Task<Path> remover = serverDiesAtRemovalOf("a");
        server(1, new ScriptedFiles("b"))
                .await("standing by")
                .await("took over [UNLINK][]0")
                .await("serving");
        remover.result();
        Task<Path> other = remover("b");
        servers.get(1).awaitDeath();

        mount.forceUnmount();

        assertThatThrownBy(other::result).isInstanceOf(FileSystemException.class);
        try (FdStore session = store().child("session")) {
            assertThat(session.awaitEmpty("connection", LONG)).isTrue();
        }
        assertThat(standby(new ScriptedFiles()).await("standing by").end())
                .isEqualTo(RecoverableServer.End.NOTHING_TO_TAKE_OVER);
    }

    @Test
    void aServerThatDiesBeforeItMountsLeavesNothingToTakeOver() throws Exception {
        try (SessionStore sessions = SessionStore.open(mounted.directory())) {
            sessions.awaitLease();
            ScriptedFiles files = new ScriptedFiles();
            try (FuseSession session = FuseSession.create("it", files.identity(), files, 1)) {
                sessions.save(session);
            }
        }

        assertThat(standby(new ScriptedFiles()).await("standing by").end())
                .isEqualTo(RecoverableServer.End.NOTHING_TO_TAKE_OVER);
        server(1, new ScriptedFiles()).await("standing by").await("serving");
        remover("a").result();
    }

    @Test
    void theSessionIsStoredBeforeItIsMounted() throws Exception {
        ScriptedFiles files = new ScriptedFiles();
        RecoverableServer server = RecoverableServer.of(files)
                .store(mounted.directory())
                .mount(mount.directory().resolve("absent"));

        assertThatThrownBy(server::run).isInstanceOf(FileSystemException.class).hasMessageContaining("absent");

        assertThat(store().children())
                .as("a session without a mount is not kept")
                .isEmpty();
    }

    @Test
    void theKernelKeepsTheConnectionUntilItIsUnmounted() throws Exception {
        server(1, new ScriptedFiles()).await("standing by").await("serving");
        try (FdStore session = store().child("session")) {
            assertThat(session.info("connection").state()).isEqualTo(FdEntry.State.FILLED);
            assertThat(session.info("state").state()).isEqualTo(FdEntry.State.FILLED);
        }
        assertThat(mount.unmount()).isZero();
        assertThat(servers.get(0).end()).isEqualTo(RecoverableServer.End.UNMOUNTED);
    }

    @Test
    void aServerOfSomethingElseIsRefusedBesideTheOneThatServes() throws Exception {
        server(1, new ScriptedFiles()).await("standing by").await("serving");

        RunningServer other = server(1, new ScriptedFiles().of("elsewhere"));

        assertThatThrownBy(other::end)
                .isInstanceOf(OtherSessionException.class)
                .hasMessageContainingAll("scripted source=somewhere mount=", "scripted source=elsewhere mount=");
        remover("a").result();
    }

    @Test
    void andAfterItHasDiedTooWithNothingChanged() throws Exception {
        Task<Path> remover = serverDiesAtRemovalOf("a");
        ScriptedFiles elsewhere = new ScriptedFiles().of("elsewhere");

        assertThatThrownBy(server(1, elsewhere)::end).isInstanceOf(OtherSessionException.class);
        assertThatThrownBy(standby(elsewhere)::end).isInstanceOf(OtherSessionException.class);
        RunningServer elsewhereMounted = RunningServer.start(
                mounted.directory(), mount.directory().resolveSibling("another-mount"), 1, new ScriptedFiles());
        assertThatThrownBy(elsewhereMounted::end)
                .isInstanceOf(OtherSessionException.class)
                .hasMessageContaining("another-mount");

        assertThat(elsewhere.calls()).isEmpty();
        assertThat(remover.isDone()).as("whoever asks still waits").isFalse();
        server(1, new ScriptedFiles()).await("standing by").await("took over [UNLINK][]0");
        remover.result();
    }

    @Test
    void whoWaitedBeforeThereWasASessionNoticesThatItIsAnotherOne() throws Exception {
        RunningServer other;
        try (SessionStore sessions = SessionStore.open(mounted.directory())) {
            sessions.awaitLease();
            other = server(1, new ScriptedFiles().of("elsewhere")).await("standing by");
            ScriptedFiles files = new ScriptedFiles();
            try (FuseSession session = FuseSession.create("it", files.identity(), files, 1)) {
                session.attach(mount.directory());
                sessions.save(session);

                assertThatThrownBy(other::end).isInstanceOf(OtherSessionException.class);
            }
        }
    }

    @Test
    void aHandlersErrorIsAnInputOutputErrorAndTheServerGoesOn() throws Exception {
        server(2, new ScriptedFiles()).await("standing by").await("serving");

        assertThatThrownBy(remover("e")::result).hasMessageContaining("Input/output error");

        remover("a").result();
    }

    @Test
    void aWorkerThatCannotGoOnEndsTheServerWhoseOtherThreadsWait() throws Exception {
        RunningServer first =
                server(4, new ScriptedFiles("a")).await("standing by").await("serving");
        RunningServer second = standby(new ScriptedFiles()).await("standing by");

        remover("a").result();

        first.awaitDeath();
        second.await("took over [UNLINK][]0").await("serving");
    }

    @Test
    void aServerThatIsStoppedLeavesTheMountToTheNextOne() throws Exception {
        RunningServer first =
                server(4, new ScriptedFiles()).await("standing by").await("serving");
        RunningServer second = standby(new ScriptedFiles()).await("standing by");

        first.stop();

        assertThat(first.end()).isEqualTo(RecoverableServer.End.STOPPED);
        second.await("took over [][]0").await("serving");
        remover("a").result();
    }

    @Test
    void aServerThatWaitsCanBeStopped() throws Exception {
        server(1, new ScriptedFiles()).await("standing by").await("serving");
        RunningServer second = standby(new ScriptedFiles()).await("standing by");

        second.stop();

        assertThat(second.end()).isEqualTo(RecoverableServer.End.STOPPED);
        // The wait that it has given up keeps the lease's entry open until its turn has come.
        mount.abandon();
        store().lease("lease", LONG).orElseThrow().close();
        while (isOpenHere("lease")) {
            Thread.onSpinWait();
        }
    }

    private static boolean isOpenHere(String entry) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.anyMatch(descriptor -> leadsTo(descriptor, entry));
        }
    }

    private static boolean leadsTo(Path descriptor, String entry) {
        try {
            return Files.readSymbolicLink(descriptor).endsWith(entry);
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    @Test
    void aFileSystemThatCountsNothingHasAUsageOfZero() throws Exception {
        server(1, new ScriptedFiles()).await("standing by").await("serving");

        FileStore usage = Files.getFileStore(mount.directory());

        assertThat(usage.getTotalSpace()).isZero();
    }

    /** Returns what it was. */
    private int setLayout(int layout) throws IOException {
        try (FdStore session = store().child("session");
                Fd state = session.get("state");
                FileChannel channel = state.newFileChannel()) {
            ByteBuffer number = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
            channel.read(number, OFFSET_LAYOUT);
            int before = number.getInt(0);
            channel.write(number.clear().putInt(0, layout), OFFSET_LAYOUT);
            return before;
        }
    }
}
