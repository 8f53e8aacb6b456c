// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.guard.engine.Answer.Name;
import org.fdstorefs.guard.engine.ToyFiles.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each name of a directory is listed once, however its readers pause, and whatever its servers do. */
@Timeout(60)
class ListingTest {
    private static final int MANY = 10_000;

    private final Disk disk = new Disk();
    private final List<String> expected = new ArrayList<>(List.of(".", ".."));

    private void fill(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            String name = "name-" + Integer.toString(i * 7919, 36);
            expected.add(name);
            disk.make(disk.root(), name, Attributes.REGULAR | 0644, "");
        }
    }

    /** Each once. */
    private void check(List<String> names) {
        assertThat(names.stream().sorted().toList())
                .isEqualTo(expected.stream().sorted().toList());
    }

    private TestGuard guard() throws IOException {
        Fate fate = new Fate();
        return new TestGuard(generation -> new Life(generation, disk, Kind.FILES, fate), fate, Kind.FILES.habits());
    }

    @ParameterizedTest
    @ValueSource(ints = {48, 100, 1000, 4096, 60_000})
    void inRepliesOfAnySize(int size) throws Exception {
        fill(MANY);
        try (TestGuard guard = guard()) {
            check(list(guard, size, Integer.MAX_VALUE));
        }
    }

    /** libfuse sends what it has of a directory, cut into pieces of the size that was asked for. */
    @ParameterizedTest
    @ValueSource(ints = {40, 41, 47, 56, 63, 100, 1000})
    void whenRepliesEndInTheMiddleOfAName(int size) throws Exception {
        ByteBuffer all = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());
        expected.clear();
        for (int i = 1; i <= 50; i++) {
            String name = "n".repeat(i % 8 + 1) + i % 10;
            int end = all.position() + 24 + (name.length() + 7 & ~7);
            all.putLong(i)
                    .putLong(end)
                    .putInt(name.length())
                    .putInt(8)
                    .put(name.getBytes(US_ASCII))
                    .position(end);
            expected.add(name);
        }
        int length = all.position();
        List<String> names = new ArrayList<>();
        Listing listing = Listing.read(
                offset -> all.slice((int) offset, Math.min(length - (int) offset, size)), new Listing.Room(1 << 20));
        listing.forEachBehind(0, name -> names.add(new String(name.bytes(), US_ASCII)));
        check(names);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void whenServersAreKilledThatListInAnotherOrder(int pages) throws Exception {
        fill(2000);
        try (TestGuard guard = guard()) {
            check(list(guard, 2000, pages));
        }
    }

    @Test
    void whenGuardsAreKilled() throws Exception {
        fill(500);
        try (TestGuard guard = guard()) {
            long handle = guard.ask(Ask.openDirectory(1)).handle();
            List<String> names = new ArrayList<>();
            for (List<Name> page = page(guard, handle, 0, 4096); !page.isEmpty(); ) {
                page.forEach(name -> names.add(name.name()));
                guard.takeOver();
                page = page(guard, handle, page.get(page.size() - 1).next(), 4096);
            }
            check(names);
        }
    }

    private static List<String> list(TestGuard guard, int size, int pagesPerLife)
            throws IOException, InterruptedException {
        long handle = guard.ask(Ask.openDirectory(1)).handle();
        List<String> names = new ArrayList<>();
        int pages = 0;
        for (List<Name> page = page(guard, handle, 0, size); !page.isEmpty(); ) {
            page.forEach(name -> names.add(name.name()));
            if (++pages % pagesPerLife == 0) {
                guard.killServer();
            }
            page = page(guard, handle, page.get(page.size() - 1).next(), size);
        }
        assertThat(guard.ask(Ask.release(true, 1, handle)).errno()).isZero();
        return names;
    }

    private static List<Name> page(TestGuard guard, long handle, long offset, int size)
            throws IOException, InterruptedException {
        Answer answer = guard.ask(Ask.list(1, handle, offset, size));
        if (answer.errno() != 0 || answer.bytes().length > size) {
            throw new AssertionError(answer);
        }
        return answer.names();
    }
}
