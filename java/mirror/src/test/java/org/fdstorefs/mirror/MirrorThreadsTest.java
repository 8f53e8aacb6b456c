// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fdstorefs.fuse.AttributeChanges;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.FuseException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one server does with several threads, at most what the kernel asks at the same time. */
class MirrorThreadsTest {
    private static final int EXCHANGE = 2;

    @TempDir
    Path source;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Mirror mirror;

    @BeforeEach
    void open() throws IOException, FuseException {
        mirror = new Mirror(source);
    }

    @AfterEach
    void close() throws FuseException {
        threads.shutdownNow();
        mirror.close();
    }

    private interface Round {
        void run(int number) throws FuseException;
    }

    /** Rounds of something for one thread. */
    private static Callable<Void> rounds(int count, Round round) {
        return () -> {
            for (int i = 0; i < count; i++) {
                round.run(i);
            }
            return null;
        };
    }

    @SafeVarargs
    private void atTheSameTime(Callable<Void>... tasks) throws Exception {
        List<Future<Void>> running = new ArrayList<>();
        for (Callable<Void> task : tasks) {
            running.add(threads.submit(task));
        }
        for (Future<Void> future : running) {
            future.get();
        }
    }

    /** Rounds for as long as another thread is busy. */
    private static Callable<Void> until(AtomicBoolean finished, Round round) {
        return () -> {
            for (int i = 0; !finished.get(); i++) {
                round.run(i);
            }
            return null;
        };
    }

    @Test
    void pathsStayTrueWhileDirectoriesAboveChangePlaces() throws Exception {
        List<Long> ours = tree("ours", 0600);
        List<Long> theirs = tree("theirs", 0640);
        AtomicBoolean finished = new AtomicBoolean();
        Round use = i -> {
            int n = i % ours.size();
            assertThat(mirror.attributes(ours.get(n)).inode()).isEqualTo(ours.get(n));
            assertThat(mirror.change(ours.get(n), mode(i % 2 == 0 ? 0601 : 0602))
                            .inode())
                    .isEqualTo(ours.get(n));
            assertThat(mirror.attributes(theirs.get(n)).mode()).isEqualTo(0100640);
            assertThat(mirror.read(theirs.get(n), 0, 100)).isEqualTo("theirs " + n);
        };

        atTheSameTime(until(finished, use), until(finished, use), () -> {
            rounds(3000, i -> mirror.rename(1, "ours", 1, "theirs", EXCHANGE)).call();
            finished.set(true);
            return null;
        });

        for (int n = 0; n < ours.size(); n++) {
            assertThat(mirror.attributes(ours.get(n)).mode()).isBetween(0100601, 0100602);
            assertThat(mirror.attributes(theirs.get(n)).mode()).isEqualTo(0100640);
        }
    }

    /** The same names in each tree, so that a wrong path is a path of another file. */
    private List<Long> tree(String name, int mode) throws FuseException {
        long directory = mirror.makeDirectory(1, name, 0755).nodeId();
        long below = mirror.makeDirectory(directory, "below", 0755).nodeId();
        List<Long> files = new ArrayList<>();
        for (int n = 0; n < 5; n++) {
            files.add(mirror.create(below, "file-" + n, mode).nodeId());
            mirror.write(files.get(n), 0, name + " " + n);
        }
        return files;
    }

    @Test
    void descriptorsStayOpenWhileTheyAreUsed() throws Exception {
        List<Long> files = new ArrayList<>();
        for (int n = 0; n < 200; n++) {
            files.add(mirror.create(1, "file-" + n, 0600).nodeId());
        }
        Round first = i -> mirror.write(files.get(i % 200), 0, String.format("%5d", i % 200));
        Round again = i -> {
            int n = i * 7 % 200;
            mirror.write(files.get(n), 0, String.format("%5d", n));
            assertThat(mirror.read(files.get(n), 0, 100)).isEqualTo(String.format("%5d", n));
        };
        rounds(200, first).call();

        atTheSameTime(rounds(5000, again), rounds(5000, again), rounds(5000, again), rounds(5000, again));

        for (int n = 0; n < 200; n++) {
            assertThat(source.resolve("file-" + n)).hasContent(String.format("%5d", n));
        }
    }

    @Test
    void filesAreMadeReplacedRemovedAndForgotten() throws Exception {
        atTheSameTime(life("a"), life("b"), life("c"), rounds(300, i -> {
            assertThat(mirror.names(1)).contains("a", "b", "c").doesNotContain(".fdstorefs-removed");
            assertThat(mirror.attributes(1).type()).isEqualTo(Attributes.DIRECTORY);
        }));

        mirror.end();
        for (String directory : new String[] {"a", "b", "c"}) {
            assertThat(source.resolve(directory)).isEmptyDirectory();
        }
        assertThat(source.resolve(".fdstorefs-removed")).doesNotExist();
    }

    private Callable<Void> life(String name) throws FuseException {
        long directory = mirror.makeDirectory(1, name, 0755).nodeId();
        return rounds(500, i -> {
            Entry old = mirror.create(directory, "file", 0600);
            mirror.write(old.nodeId(), 0, "old " + i);
            Entry fresh = mirror.create(directory, "new", 0600);
            mirror.write(fresh.nodeId(), 0, "new " + i);
            mirror.rename(directory, "new", directory, "file");
            assertThat(mirror.lookup(directory, "file").nodeId()).isEqualTo(fresh.nodeId());
            assertThat(mirror.attributes(old.nodeId()).links()).isZero();
            assertThat(mirror.attributes(fresh.nodeId()).links()).isEqualTo(1);
            assertThat(mirror.read(old.nodeId(), 0, 100)).isEqualTo("old " + i);
            mirror.unlink(directory, "file");
            assertThat(mirror.read(fresh.nodeId(), 0, 100)).isEqualTo("new " + i);
            assertThat(mirror.attributes(fresh.nodeId()).links()).isZero();
            assertThat(mirror.names(directory)).containsExactly(".", "..");
            mirror.forget(old.nodeId());
            mirror.forget(fresh.nodeId());
        });
    }

    private static AttributeChanges mode(int mode) {
        return new AttributeChanges(
                OptionalInt.of(mode),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
