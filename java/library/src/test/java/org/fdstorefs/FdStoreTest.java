// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.Uapi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the library makes of the kernel's answers; the answers themselves are integration tests. */
class FdStoreTest {
    private static final int FILE = 42;

    private final FakeStore kernel = new FakeStore();
    private final FdStore store = kernel.store();
    private final Fd file = Fd.adopt(kernel, FILE);

    FdStoreTest() {
        kernel.open.add(FILE);
    }

    @AfterEach
    void everyDescriptorThatWasOpenedIsClosed() throws IOException {
        store.close();
        file.close();
        assertThat(kernel.open).isEmpty();
    }

    @Test
    void putMakesAnEntryThatIsMissing() throws IOException {
        store.put("x", file);

        assertThat(kernel.entries.get("x").stored).isEqualTo(FILE);
    }

    @Test
    void anEntryThatPutMakesIsNeverSeenEmpty() throws IOException {
        kernel.beforePut = () -> assertThat(kernel.entries).isEmpty();

        store.put("x", file);
    }

    @Test
    void putFillsAnEmptyEntry() throws IOException {
        FakeStore.Entry entry = kernel.add("x", null);

        store.put("x", file);

        assertThat(entry.stored).isEqualTo(FILE);
    }

    @Test
    void putDoesNotReplaceUnasked() {
        FakeStore.Entry entry = kernel.add("x", 7);

        assertThatThrownBy(() -> store.put("x", file))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageStartingWith("/store/x: ")
                .hasMessageContaining("replace")
                .extracting(Errno::of)
                .hasToString("Optional[EBUSY]");
        assertThat(entry.stored).isEqualTo(7);
    }

    @Test
    void putReplacesWhenAsked() throws IOException {
        FakeStore.Entry entry = kernel.add("x", 7);

        store.put("x", file, PutOption.REPLACE);

        assertThat(entry.stored).isEqualTo(FILE);
    }

    @Test
    void putTellsTheKernelItsOptions() throws IOException {
        kernel.add("x", 7);
        try (Pipe anchor = Pipe.open()) {
            store.put("x", file, PutOption.REPLACE, PutOption.HANGUP, PutOption.anchor(anchor.reader()));

            assertThat(kernel.lastPut)
                    .isEqualTo(Uapi.put(
                            FILE,
                            Uapi.PUT_REPLACE | Uapi.PUT_HANGUP,
                            anchor.reader().intValue()));
        }
    }

    @Test
    void everyFlagHasAnOption() throws IOException {
        try (Pipe anchor = Pipe.open()) {
            PutOption ends = PutOption.anchor(anchor.reader());

            store.put("x", file, PutOption.PEER, PutOption.REMOVE, ends);

            assertThat(kernel.lastPut)
                    .isEqualTo(Uapi.put(
                            FILE,
                            Uapi.PUT_PEER | Uapi.PUT_REMOVE,
                            anchor.reader().intValue()));
        }
    }

    @Test
    void anExpiryIsATimerThatIsClosedAfterThePut() throws IOException {
        List<String> anchors = new ArrayList<>();
        kernel.beforePut = () -> anchors.add(link(kernel.anchorOfPut()));

        store.put("x", file, PutOption.expire(Duration.ofMinutes(1)));
        store.put("y", file, PutOption.expireAt(Instant.now().plusSeconds(60)));

        assertThat(anchors).containsExactly("anon_inode:[timerfd]", "anon_inode:[timerfd]");
        assertThat(link(kernel.anchorOfPut())).isNotEqualTo("anon_inode:[timerfd]");
    }

    private static String link(int fd) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void anExpiryIsAnAnchor() {
        PutOption soon = PutOption.expire(Duration.ofSeconds(1));
        PutOption then = PutOption.expireAt(Instant.EPOCH);

        assertThatThrownBy(() -> store.put("x", file, soon, then))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two anchors, an entry has one: PT1S and 1970-01-01T00:00:00Z");
        assertThat(soon).isEqualTo(PutOption.expire(Duration.ofSeconds(1))).isNotEqualTo(then);
        assertThat(PutOption.HANGUP).isNotEqualTo(PutOption.PEER).hasToString("HANGUP");
    }

    @Test
    void anEntryHasOneAnchor() throws IOException {
        try (Pipe pipe = Pipe.open()) {
            PutOption anchor = PutOption.anchor(pipe.reader());

            assertThatThrownBy(() -> store.put("x", file, anchor, anchor)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aClosedAnchorIsNoAnchor() throws IOException {
        Fd closed = Fd.duplicate(0);
        closed.close();

        assertThatThrownBy(() -> store.put("x", file, PutOption.anchor(closed))).isInstanceOf(ClosedFdException.class);
        assertThat(kernel.entries).isEmpty();
    }

    @Test
    void aSealedStoreSaysSo() {
        kernel.putError = Errno.ESHUTDOWN;

        assertThatThrownBy(() -> store.put("x", file)).hasMessageContaining("the store is sealed");
    }

    @Test
    void whatIsInvalidIsExplainedByTheOptions() {
        kernel.putError = Errno.EINVAL;

        assertThatThrownBy(() -> store.put("x", file, PutOption.REMOVE))
                .isInstanceOf(FdStoreException.class)
                .hasMessageContaining("/store/x: REMOVE is about an entry that empties itself")
                .hasMessageContaining("EINVAL from ioctl FDSTOREFS_IOC_PUT");
    }

    @Test
    void theLimitThatIsReachedIsNamed() {
        kernel.putError = Errno.EDQUOT;
        assertThatThrownBy(() -> store.put("x", file)).hasMessageContaining("maxuser=");
        kernel.putError = Errno.ETOOMANYREFS;
        assertThatThrownBy(() -> store.put("x", file)).hasMessageContaining("userns_max");
        kernel.putError = Errno.ENOSPC;
        assertThatThrownBy(() -> store.put("x", file)).hasMessageContaining("still being closed");
    }

    @Test
    void anOpenEntryIsUsedWithoutItsName() throws IOException {
        kernel.add("x", 7);
        OpenEntry entry = store.entry("x");
        kernel.entries.clear();
        int opened = kernel.open.size();

        Fd got = entry.get();
        assertThat(kernel.given).containsEntry(got.intValue(), 7);
        assertThat(kernel.open).hasSize(opened + 1);
        got.close();
        entry.find().orElseThrow().close();
        entry.take().close();
        assertThat(entry.find()).isEmpty();
        assertThatThrownBy(entry::get).isInstanceOf(EmptyEntryException.class).hasMessageContaining("/store/x: ");

        entry.put(file);
        assertThatThrownBy(() -> entry.put(file)).isInstanceOf(FileAlreadyExistsException.class);
        entry.put(file, PutOption.REPLACE);
        assertThat(entry).hasToString("entry /store/x");
        assertThat(entry.name()).isEqualTo("x");
        entry.close();
        assertThatThrownBy(entry::get).isInstanceOf(ClosedFdException.class);
    }

    @Test
    void anEntryThatIsMissingCannotBeOpened() {
        assertThatThrownBy(() -> store.entry("x")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void putFillsAnEntryThatAppearsMeanwhile() throws IOException {
        kernel.beforeLink = () -> kernel.entries.computeIfAbsent("x", name -> new FakeStore.Entry());

        store.put("x", file);

        assertThat(kernel.entries.get("x").stored).isEqualTo(FILE);
    }

    @Test
    void putTriesAgainWhenTheEntryIsRemovedMeanwhile() throws IOException {
        kernel.add("x", null);
        kernel.beforePut = () -> {
            kernel.beforePut = () -> kernel.putError = null;
            kernel.entries.remove("x");
            kernel.putError = Errno.ENOENT;
        };

        store.put("x", file);

        assertThat(kernel.entries.get("x").stored).isEqualTo(FILE);
    }

    @Test
    void putGivesUpWhenTheEntryComesAndGoesForEver() {
        kernel.beforeLink = () -> kernel.add("x", null);
        kernel.beforePut = () -> kernel.putError = kernel.entries.remove("x") == null ? null : Errno.ENOENT;

        assertThatThrownBy(() -> store.put("x", file)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aPutThatFailsLeavesNothingBehind() {
        kernel.putError = Errno.ELOOP;

        assertThatThrownBy(() -> store.put("x", file))
                .isInstanceOf(FdStoreException.class)
                .hasMessageContaining("ELOOP from ioctl FDSTOREFS_IOC_PUT");
        assertThat(kernel.entries).isEmpty();
    }

    @Test
    void aClosedDescriptorIsNotPut() throws IOException {
        file.close();

        assertThatThrownBy(() -> store.put("x", file))
                .isInstanceOf(ClosedFdException.class)
                .hasMessage("fd 42 is closed");
        assertThat(kernel.entries).isEmpty();
    }

    @Test
    void getGivesANewDescriptorOfWhatIsStored() throws IOException {
        kernel.add("x", 7);

        try (Fd got = store.get("x")) {
            assertThat(kernel.given).containsEntry(got.intValue(), 7);
        }
        assertThat(kernel.entries.get("x").stored).isEqualTo(7);
    }

    @Test
    void getOpensForReadingAloneWhenItMayNotWrite() throws IOException {
        kernel.add("x", 7).allowed = Set.of(Linux.O_RDONLY);

        store.get("x").close();
    }

    @Test
    void getOpensForReadingAloneOnAReadOnlyMount() throws IOException {
        FakeStore.Entry entry = kernel.add("x", 7);
        entry.allowed = Set.of(Linux.O_RDONLY);
        entry.refusal = Errno.EROFS;

        store.get("x").close();
    }

    @Test
    void getOpensForWritingAloneWhenItMayNotRead() throws IOException {
        kernel.add("x", 7).allowed = Set.of(Linux.O_WRONLY);

        store.get("x").close();
    }

    @Test
    void getNeedsSomePermission() {
        kernel.add("x", 7).allowed = Set.of();

        assertThatThrownBy(() -> store.get("x"))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("permissions of the entry");
    }

    @Test
    void getSaysWhenTheStoredFileCanDoMoreThanTheEntryAllows() {
        kernel.add("x", 7).allowed = Set.of(Linux.O_RDONLY);
        kernel.getError = Errno.EACCES;

        assertThatThrownBy(() -> store.get("x"))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("chmod");
    }

    @Test
    void getOfAMissingNameFails() {
        assertThatThrownBy(() -> store.get("x"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageStartingWith("/store/x: no such entry");
    }

    @Test
    void getOfAnEmptyEntryFails() {
        kernel.add("x", null);

        assertThatThrownBy(() -> store.get("x"))
                .isInstanceOf(EmptyEntryException.class)
                .hasMessageContaining("ENODATA");
    }

    @Test
    void findOfAMissingNameIsEmpty() throws IOException {
        assertThat(store.find("x")).isEmpty();
    }

    @Test
    void findOfAnEmptyEntryIsEmpty() throws IOException {
        kernel.add("x", null);

        assertThat(store.find("x")).isEmpty();
    }

    @Test
    void findGivesWhatIsStored() throws IOException {
        kernel.add("x", 7);

        try (Fd found = store.find("x").orElseThrow()) {
            assertThat(kernel.given).containsEntry(found.intValue(), 7);
        }
    }

    @Test
    void findDoesNotHideOtherFailures() {
        kernel.add("x", 7);
        kernel.getError = Errno.EMFILE;

        assertThatThrownBy(() -> store.find("x")).hasMessageContaining("RLIMIT_NOFILE");
    }

    @Test
    void takeEmptiesTheEntryAndLeavesItThere() throws IOException {
        FakeStore.Entry entry = kernel.add("x", 7);

        try (Fd taken = store.take("x")) {
            assertThat(kernel.given).containsEntry(taken.intValue(), 7);
        }
        assertThat(entry.stored).isNull();
        assertThat(kernel.entries).containsKey("x");
    }

    @Test
    void takeNeedsPermissionToWrite() {
        FakeStore.Entry entry = kernel.add("x", 7);
        entry.allowed = Set.of(Linux.O_RDONLY);

        assertThatThrownBy(() -> store.take("x")).isInstanceOf(AccessDeniedException.class);
        assertThat(entry.stored).isEqualTo(7);
    }

    @Test
    void removeRemovesTheName() throws IOException {
        kernel.add("x", 7);

        assertThat(store.remove("x")).isTrue();
        assertThat(kernel.entries).isEmpty();
    }

    @Test
    void removeSaysWhenThereIsNoSuchName() throws IOException {
        assertThat(store.remove("x")).isFalse();
    }

    @Test
    void infoReadsTheEntry() throws IOException {
        kernel.add("x", 7);

        assertThat(store.info("x").stored().map(StoredFile::inode)).contains(1057L);
    }

    @Test
    void infoNeedsPermissionToRead() {
        kernel.add("x", 7).allowed = Set.of(Linux.O_WRONLY);

        assertThatThrownBy(() -> store.info("x")).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void aPathIsNoName() {
        assertThatThrownBy(() -> store.get("../x")).isInstanceOf(InvalidPathException.class);
    }

    @Test
    void aClosedStoreSaysSo() throws IOException {
        store.close();

        assertThatThrownBy(() -> store.get("x"))
                .isInstanceOf(ClosedFdException.class)
                .hasMessage("the store on /store is closed");
    }

    @Test
    void aDirectoryOfAnotherFilesystemIsNoStore(@TempDir Path directory) {
        assertThatThrownBy(() -> FdStore.open(directory))
                .isInstanceOf(NotAStoreException.class)
                .hasMessageStartingWith(directory + ": not in an fdstorefs");
    }

    @Test
    void aMissingDirectoryIsNoStore(@TempDir Path directory) {
        assertThatThrownBy(() -> FdStore.open(directory.resolve("x"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aFileIsNoStore() {
        assertThatThrownBy(() -> FdStore.open(Path.of("/proc/self/status"))).isInstanceOf(NotDirectoryException.class);
    }
}
