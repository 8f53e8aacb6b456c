// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fdstorefs.Draft;
import org.fdstorefs.EmptyEntryException;
import org.fdstorefs.Fd;
import org.fdstorefs.FdSet;
import org.fdstorefs.FdStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DraftIT {
    private static final int ROUNDS = 150;
    private static final int READERS = 3;

    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    private FdStore store() {
        return mounted.store();
    }

    @Test
    void aDraftIsThereAsAWholeOrNotAtAll() throws IOException {
        try (Libc.Pipe pipe = Libc.pipe();
                Draft draft = store().draft("session")) {
            draft.put("reader", pipe.reader());
            draft.put("writer", pipe.writer());
            assertThat(store().children()).hasSize(1).doesNotContain("session");

            draft.commit();
        }
        assertThat(store().children()).containsExactly("session");
        try (FdSet set = store().getAll("session")) {
            assertThat(set.names()).containsExactly("reader", "writer");
        }
        assertThat(store().removeChild("session")).isTrue();
    }

    @Test
    void whatIsThereIsNotReplacedUnasked() throws IOException {
        String first = commit();
        try (Libc.Pipe pipe = Libc.pipe();
                Draft draft = store().draft("session")) {
            draft.put("reader", pipe.reader());
            draft.put("writer", pipe.writer());

            assertThatThrownBy(draft::commit).isInstanceOf(FileAlreadyExistsException.class);
            assertThat(pipeInStore()).isEqualTo(first);
            draft.commitReplacing();
            assertThat(pipeInStore()).isEqualTo(Libc.link(pipe.reader()));
        }
        assertThat(store().children()).containsExactly("session");
        store().removeChild("session");
    }

    @Test
    void whatIsReplacedIsReleased() throws IOException {
        try (Libc.Pipe pipe = Libc.pipe()) {
            try (Draft draft = store().draft("session")) {
                draft.put("writer", pipe.writer());
                draft.commit();
            }
            pipe.writer().close();

            commit();

            assertThat(pipe.reader().newInputStream().read()).isEqualTo(-1);
        }
        store().removeChild("session");
    }

    @Test
    void anEntryIsReplacedToo() throws IOException {
        try (Fd file = Fd.open(Path.of("/dev/null"))) {
            store().put("session", file);
        }

        commit();

        assertThat(store().children()).containsExactly("session");
        assertThat(store().names()).isEmpty();
        store().removeChild("session");
    }

    @Test
    void whatIsNotCommittedIsReleased() throws IOException {
        try (Libc.Pipe pipe = Libc.pipe()) {
            try (Draft draft = store().draft("session")) {
                draft.put("writer", pipe.writer());
            }
            pipe.writer().close();

            assertThat(pipe.reader().newInputStream().read()).isEqualTo(-1);
        }
        assertThat(store().children()).isEmpty();
    }

    @Test
    void aCommittedDraftIsFinished() throws IOException {
        try (Fd file = Fd.open(Path.of("/dev/null"));
                Draft draft = store().draft("session")) {
            draft.commit();

            assertThatThrownBy(() -> draft.put("x", file)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(draft::commit).isInstanceOf(IllegalStateException.class);
        }
        store().removeChild("session");
    }

    @Test
    void aDraftThatSomebodyRemovedCannotBeCommitted() throws IOException {
        try (Draft draft = store().draft("session")) {
            store().removeChild(store().children().get(0));

            assertThatThrownBy(draft::commit).isInstanceOf(NoSuchFileException.class);
            assertThatThrownBy(draft::commitReplacing).isInstanceOf(NoSuchFileException.class);
        }
    }

    @Test
    void theLongestNameCanBeDrafted() throws IOException {
        String longest = "x".repeat(255);
        try (Draft draft = store().draft(longest)) {
            draft.commit();
        }

        assertThat(store().children()).containsExactly(longest);
        store().removeChild(longest);
    }

    @Test
    void whoDiesWhileDraftingLeavesAHiddenDirectory() throws Exception {
        try (JavaProgram drafter = JavaProgram.start(Drafter.class, mounted.directory())) {
            assertThat(drafter.line()).isEqualTo("drafting");
            drafter.kill();
        }

        assertThatThrownBy(() -> store().getAll("session")).isInstanceOf(NoSuchFileException.class);
        List<String> left = store().children();
        assertThat(left).singleElement().asString().startsWith(".session.");
        assertThat(store().removeChild(left.get(0))).isTrue();
    }

    @Test
    void aSetWithAnEmptyEntryIsNotGot() throws IOException {
        commit();
        try (FdStore session = store().child("session")) {
            session.take("reader").close();
        }

        assertThatThrownBy(() -> store().getAll("session"))
                .isInstanceOf(EmptyEntryException.class)
                .hasMessageContaining("session/reader");
        store().removeChild("session");
    }

    @Test
    void anEntryIsNoSet() throws IOException {
        try (Fd file = Fd.open(Path.of("/dev/null"))) {
            store().put("x", file);
        }

        assertThatThrownBy(() -> store().getAll("x")).isInstanceOf(NotDirectoryException.class);
    }

    @Test
    void whoReadsWhileOthersReplaceNeverSeesHalfOfEach() throws Exception {
        commit();

        race(this::commit, () -> assertThat(pipeInStore()).isNotNull());

        store().removeChild("session");
    }

    @Test
    void whoReadsWhileOthersRemoveAndMakeSeesAllOrNothing() throws Exception {
        Callable<Object> writer = () -> {
            commit();
            return store().removeChild("session");
        };

        race(writer, () -> {
            try {
                pipeInStore();
            } catch (NoSuchFileException e) {
                assertThat(e.getFile()).endsWith("/session");
            }
        });
    }

    private interface Body {
        void run() throws Exception;
    }

    private static void race(Callable<?> writer, Body reader) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        List<Task<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            readers.add(Task.start(() -> {
                int rounds = 0;
                for (; !stop.get(); rounds++) {
                    reader.run();
                }
                return rounds;
            }));
        }
        try {
            for (int round = 0; round < ROUNDS; round++) {
                writer.call();
            }
        } finally {
            stop.set(true);
        }
        for (Task<Integer> task : readers) {
            assertThat(task.result()).isPositive();
        }
    }

    /** Replaces the session by the two ends of a new pipe; returns which. */
    private String commit() throws IOException {
        try (Libc.Pipe pipe = Libc.pipe();
                Draft draft = store().draft("session")) {
            draft.put("reader", pipe.reader());
            draft.put("writer", pipe.writer());
            draft.commitReplacing();
            return Libc.link(pipe.reader());
        }
    }

    /** Gets the session, and checks that it is a pipe's two ends; returns which. */
    private String pipeInStore() throws IOException {
        try (FdSet set = store().getAll("session")) {
            assertThat(set.names()).containsExactly("reader", "writer");
            String reader = Libc.link(set.get("reader"));
            assertThat(Libc.link(set.get("writer"))).isEqualTo(reader);
            return reader;
        }
    }

    /** {@code STORE}: fills half of a draft, says so, and waits. */
    static final class Drafter {
        private Drafter() {}

        public static void main(String[] args) throws Exception {
            try (FdStore store = FdStore.open(Path.of(args[0]));
                    Fd file = Fd.open(Path.of("/dev/null"));
                    Draft draft = store.draft("session")) {
                draft.put("x", file);
                System.out.println("drafting");
                System.in.read();
            }
        }
    }
}
