// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.Created;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.Request;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server is killed; another one, which remembers nothing, goes on. */
class ReplayTest {
    private static final Bytes NAME = Bytes.of("name");
    private static final Bytes OTHER = Bytes.of("other");
    private static final int O_EXCL = 0200;
    private static final int EXCHANGE = 2;

    @TempDir
    Path source;

    @AutoClose
    private Mirror before;

    @AutoClose
    private Mirror after;

    @BeforeEach
    void open() throws IOException, FuseException {
        before = new Mirror(source);
        after = new Mirror(before);
    }

    private interface Operation<T> {
        T run(MirrorFileSystem files, Request request) throws FuseException;
    }

    /** Killed when the work was done and not yet answered; both must answer the same. */
    private <T> T twice(long nodeId, Operation<T> operation) throws FuseException {
        Requests request = before.about(nodeId);
        T first = operation.run(before.files(), request.first());
        T second = operation.run(after.files(), request.replayed());
        assertThat(second).isEqualTo(first);
        return second;
    }

    /** Without the time of the last change, which a replay may renew. */
    private static Entry settled(Entry entry) {
        Attributes a = entry.attributes();
        return new Entry(
                entry.nodeId(),
                entry.generation(),
                a.toBuilder().changed(Instant.EPOCH).build());
    }

    /** Killed after the memo and before the work. */
    private <T> T late(long nodeId, long memo, Operation<T> operation) throws FuseException {
        Requests request = before.about(nodeId);
        request.first().memo(memo);
        return operation.run(after.files(), request.replayed());
    }

    private Errno errnoTwice(Operation<?> operation) {
        Requests request = before.about(1);
        Errno first = before.errno(() -> operation.run(before.files(), request.first()));
        assertThat(after.errno(() -> operation.run(after.files(), request.replayed())))
                .isEqualTo(first);
        return first;
    }

    @Test
    void aDirectoryIsMadeOnce() throws FuseException {
        Entry made = twice(1, (files, request) -> settled(files.makeDirectory(request, NAME, 0751)));

        assertThat(made.attributes().mode()).isEqualTo(0040751);
    }

    @Test
    void aDirectoryIsMadeIfTheMemoCameFirst() throws FuseException {
        late(1, 1, (files, request) -> files.makeDirectory(request, NAME, 0751));

        assertThat(source.resolve("name")).isDirectory();
    }

    @Test
    void whatWasThereBeforeStillIsAnError() throws FuseException {
        before.makeDirectory(1, "name", 0755);

        assertThat(errnoTwice((files, request) -> files.makeDirectory(request, NAME, 0755)))
                .isEqualTo(Errno.EEXIST);
        assertThat(errnoTwice((files, request) -> files.symlink(request, NAME, OTHER)))
                .isEqualTo(Errno.EEXIST);
        assertThat(errnoTwice((files, request) -> files.create(request, NAME, 0600, O_EXCL)))
                .isEqualTo(Errno.EEXIST);
    }

    @Test
    void aSymbolicLinkIsMadeOnce() throws FuseException {
        twice(1, (files, request) -> settled(files.symlink(request, NAME, OTHER)));
    }

    @Test
    void anotherNameIsMadeOnce() throws FuseException {
        long file = before.create(1, "file", 0600).nodeId();

        Entry made = twice(1, (files, request) -> settled(files.link(request, NAME, file)));

        assertThat(made.attributes().links()).isEqualTo(2);
    }

    @Test
    void aFifoIsMadeOnce() throws FuseException {
        Entry made = twice(1, (files, request) -> settled(files.makeNode(request, NAME, 0010640, 0)));

        assertThat(made.attributes().mode()).isEqualTo(0010640);
    }

    @Test
    void aFileIsCreatedOnceEvenExclusively() throws FuseException {
        Entry made = twice(
                1,
                (files, request) ->
                        settled(files.create(request, NAME, 0604, O_EXCL).entry()));

        assertThat(made.attributes().mode()).isEqualTo(0100604);
    }

    @Test
    void aFileThatWasCreatedButNotGivenAwayIsGivenAway() throws FuseException, IOException {
        Files.createFile(source.resolve("name"));

        Created made = late(1, 1, (files, request) -> files.create(request, NAME, 0604, O_EXCL));

        assertThat(made.entry().attributes().mode()).isEqualTo(0100604);
    }

    @Test
    void aFileIsRemovedOnce() throws FuseException {
        long file = before.create(1, "name", 0600).nodeId();
        before.write(file, 0, "abc");

        twice(1, (files, request) -> {
            files.unlink(request, NAME);
            return true;
        });

        assertThat(after.names(1)).doesNotContain("name");
        assertThat(after.read(file, 0, 10)).as("somebody may have it open").isEqualTo("abc");
    }

    @Test
    void oneOfTwoNamesIsRemovedOnce() throws FuseException {
        long file = before.create(1, "name", 0600).nodeId();
        before.link(1, "other", file);

        twice(1, (files, request) -> {
            files.unlink(request, NAME);
            return true;
        });

        assertThat(after.lookup(1, "other").attributes().links()).isEqualTo(1);
    }

    @Test
    void aFileIsRemovedIfTheMemoCameFirst() throws FuseException {
        long file = before.create(1, "name", 0600).nodeId();

        late(1, file, (files, request) -> {
            files.unlink(request, NAME);
            return true;
        });

        assertThat(after.names(1)).doesNotContain("name");
    }

    @Test
    void aDirectoryIsRemovedOnce() throws FuseException {
        before.makeDirectory(1, "name", 0755);

        twice(1, (files, request) -> {
            files.removeDirectory(request, NAME);
            return true;
        });

        assertThat(after.names(1)).doesNotContain("name");
    }

    @Test
    void whatWasNotThereStillIsAnError() {
        assertThat(errnoTwice((files, request) -> {
                    files.unlink(request, NAME);
                    return true;
                }))
                .isEqualTo(Errno.ENOENT);
        assertThat(errnoTwice((files, request) -> rename(files, request, 0))).isEqualTo(Errno.ENOENT);
    }

    @Test
    void aFileIsRenamedOnce() throws FuseException {
        long file = before.create(1, "name", 0600).nodeId();

        twice(1, (files, request) -> rename(files, request, 0));

        assertThat(after.lookup(1, "other").nodeId()).isEqualTo(file);
        assertThat(after.names(1)).doesNotContain("name");
    }

    @Test
    void aReplacedFileIsReplacedOnce() throws FuseException {
        long file = before.create(1, "name", 0600).nodeId();
        long replaced = before.create(1, "other", 0600).nodeId();

        twice(1, (files, request) -> rename(files, request, 0));

        assertThat(after.lookup(1, "other").nodeId()).isEqualTo(file);
        assertThat(after.lookup(1, "other").attributes().links()).isEqualTo(1);
        assertThat(after.attributes(replaced).links()).isZero();
    }

    @Test
    void aFileIsRenamedIfTheMemoCameFirst() throws FuseException {
        long file = before.create(1, "name", 0600).nodeId();
        before.create(1, "other", 0600);

        late(1, file, (files, request) -> rename(files, request, 0));

        assertThat(after.lookup(1, "other").nodeId()).isEqualTo(file);
    }

    @Test
    void twoFilesAreExchangedOnce() throws FuseException {
        long file = before.create(1, "name", 0600).nodeId();
        long other = before.create(1, "other", 0600).nodeId();

        twice(1, (files, request) -> rename(files, request, EXCHANGE));

        assertThat(after.lookup(1, "other").nodeId()).isEqualTo(file);
        assertThat(after.lookup(1, "name").nodeId()).isEqualTo(other);
    }

    @Test
    void theSuccessorKnowsNodesThatItNeverGaveOut() throws FuseException {
        long outer = before.makeDirectory(1, "outer", 0755).nodeId();
        long inner = before.makeDirectory(outer, "inner", 0755).nodeId();
        long file = before.create(inner, "file", 0600).nodeId();

        after.write(file, 0, "x");
        after.create(inner, "another", 0600);

        assertThat(source.resolve("outer/inner/file")).hasContent("x");
        assertThat(source.resolve("outer/inner/another")).exists();
    }

    private static boolean rename(MirrorFileSystem files, Request request, int flags) throws FuseException {
        files.rename(request, NAME, 1, OTHER, flags);
        return true;
    }
}
