// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets that are replaced at the worst moments. */
class SetReaderTest {
    private static final int MORE_CALLS_THAN_A_SET_NEEDS = 60;

    @TempDir
    Path directory;

    private int calls;
    private int replaceBefore = -1;
    private Action action = () -> {};

    private interface Action {
        void run() throws IOException;
    }

    private final class InterruptedSys extends HostStore {
        InterruptedSys() {
            super(directory);
        }

        private void call() {
            if (calls++ == replaceBefore) {
                try {
                    action.run();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        }

        @Override
        public int openat(int dirFd, byte[] path, int flags, int mode) {
            call();
            return super.openat(dirFd, path, flags, mode);
        }

        @Override
        public long getdents(int fd, byte[] buffer) {
            call();
            return super.getdents(fd, buffer);
        }

        @Override
        public int statx(int dirFd, byte[] path, int flags, int mask, byte[] statx) {
            call();
            return super.statx(dirFd, path, flags, mask, statx);
        }

        @Override
        public int ioctl(int fd, long request, long argument) {
            call();
            return super.ioctl(fd, request, argument);
        }
    }

    @Test
    void atWhateverMomentASetIsReplacedTheOldOrTheNewOneIsGot() throws IOException {
        Set<Set<String>> seen = new HashSet<>();
        for (int moment = 0; moment < MORE_CALLS_THAN_A_SET_NEEDS; moment++) {
            write("set", "old", "a", "b");
            write("next", "new", "b", "c");
            interruptBefore(moment, () -> {
                exchange();
                removeFirstOf("next"); // the writer is slow: half of the old set is still there
            });

            seen.add(read());

            clear();
        }
        assertThat(seen).containsExactlyInAnyOrder(Set.of("a=old", "b=old"), Set.of("b=new", "c=new"));
    }

    @Test
    void atWhateverMomentASetIsRemovedAllOfItOrNothingIsGot() throws IOException {
        for (int moment = 0; moment < MORE_CALLS_THAN_A_SET_NEEDS; moment++) {
            write("set", "old", "a", "b");
            interruptBefore(moment, () -> {
                Files.move(directory.resolve("set"), directory.resolve("next"));
                removeFirstOf("next");
            });
            try {
                assertThat(read()).containsExactlyInAnyOrder("a=old", "b=old");
            } catch (NoSuchFileException e) {
                assertThat(e.getFile()).endsWith("/set");
            }
            clear();
        }
    }

    @Test
    void namesThatComeAndGoForEverAreAnError() throws IOException {
        write("set", "old", "a");
        HostStore restless = new HostStore(directory) {
            @Override
            public int ioctl(int fd, long request, long argument) {
                try {
                    Files.writeString(directory.resolve("set").resolve("x" + calls++), "new");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                return -Errno.ENODATA.number();
            }
        };
        try (FdStore store = restless.open()) {
            assertThatThrownBy(() -> store.getAll("set"))
                    .isInstanceOf(FdStoreException.class)
                    .hasMessageContaining("the set changed whenever it was read");
        }
    }

    @Test
    void aFailureClosesWhatWasGot() throws IOException {
        write("set", "old", "a");
        Files.createFile(directory.resolve("set").resolve("empty"));
        Set<Integer> open = new TreeSet<>();
        HostStore counting = new HostStore(directory) {
            @Override
            public int ioctl(int fd, long request, long argument) {
                int got = super.ioctl(fd, request, argument);
                if (got >= 0) {
                    open.add(got);
                }
                return got;
            }

            @Override
            public int close(int fd) {
                open.remove(fd);
                return super.close(fd);
            }
        };
        try (FdStore store = counting.open()) {
            assertThatThrownBy(() -> store.getAll("set")).isInstanceOf(EmptyEntryException.class);
        }
        assertThat(open).isEmpty();
    }

    private void interruptBefore(int moment, Action what) {
        calls = 0;
        replaceBefore = moment;
        action = what;
    }

    private Set<String> read() throws IOException {
        Set<String> content = new TreeSet<>();
        try (FdStore store = new InterruptedSys().open();
                FdSet set = store.getAll("set")) {
            for (String name : set.names()) {
                content.add(
                        name + "=" + new String(set.get(name).newInputStream().readAllBytes(), UTF_8));
            }
        }
        return content;
    }

    private void write(String set, String content, String... names) throws IOException {
        Path path = Files.createDirectories(directory.resolve(set));
        for (String name : names) {
            Files.writeString(path.resolve(name), content);
        }
    }

    private void exchange() throws IOException {
        try (FdStore store = new HostStore(directory).open()) {
            store.exchange("set", "next");
        }
    }

    private void removeFirstOf(String set) throws IOException {
        try (FdStore store = new HostStore(directory.resolve(set)).open()) {
            store.remove(store.names().get(0));
        }
    }

    private void clear() throws IOException {
        try (FdStore store = new HostStore(directory).open()) {
            for (String child : store.children()) {
                store.removeChild(child);
            }
        }
    }
}
