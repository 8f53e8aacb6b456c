// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.fdstorefs.EmptyEntryException;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.PutOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class PutAndGetIT {
    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    @TempDir
    Path directory;

    private FdStore store() {
        return mounted.store();
    }

    @Test
    void getGivesTheVeryOpenFileThatWasPut() throws IOException {
        try (Fd file = Fd.open(Path.of("/dev/null"))) {
            store().put("x", file);

            try (Fd got = store().get("x")) {
                assertThat(got.intValue()).isNotEqualTo(file.intValue());
                assertThat(Libc.sameFile(got, file)).isTrue();
            }
        }
    }

    @Test
    void theOffsetIsShared() throws IOException {
        Path path = Files.writeString(directory.resolve("x"), "ab");
        try (InputStream in = put("x", Fd.open(path)).newInputStream();
                InputStream got = store().get("x").newInputStream()) {
            assertThat(in.read()).isEqualTo('a');
            assertThat(got.read()).isEqualTo('b');
        }
    }

    @Test
    void whatIsStoredStaysOpenWhenItsDescriptorIsClosed() throws IOException {
        try (Libc.Pipe pipe = Libc.pipe()) {
            store().put("x", pipe.reader());
            pipe.reader().close();
            try (OutputStream out = pipe.writer().newOutputStream()) {
                out.write("still here".getBytes(UTF_8));
            }

            try (InputStream in = store().get("x").newInputStream()) {
                assertThat(in.readAllBytes()).asString(UTF_8).isEqualTo("still here");
            }
        }
    }

    @Test
    void getLeavesItStored() throws IOException {
        put("x", Fd.open(Path.of("/dev/null"))).close();

        try (Fd first = store().get("x");
                Fd second = store().get("x")) {
            assertThat(Libc.sameFile(first, second)).isTrue();
        }
    }

    @Test
    void aNewEntryBelongsToItsOwnerAlone() throws IOException {
        put("x", Fd.open(Path.of("/dev/null"))).close();

        assertThat(Files.getPosixFilePermissions(mounted.path("x")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void anEmptyEntryIsFilled() throws IOException {
        Files.createFile(mounted.path("x"));

        try (Fd file = put("x", Fd.open(Path.of("/dev/null")));
                Fd got = store().get("x")) {
            assertThat(Libc.sameFile(got, file)).isTrue();
        }
    }

    @Test
    void aFilledEntryIsNotReplacedUnasked() throws IOException {
        try (Fd first = put("x", Fd.open(Path.of("/dev/null")));
                Fd second = Fd.open(Path.of("/dev/zero"))) {
            assertThatThrownBy(() -> store().put("x", second))
                    .isInstanceOf(FileAlreadyExistsException.class)
                    .satisfies(e -> assertThat(Errno.of(e)).contains(Errno.EBUSY));

            try (Fd got = store().get("x")) {
                assertThat(Libc.sameFile(got, first)).isTrue();
            }
        }
    }

    @Test
    void aFilledEntryIsReplacedWhenAsked() throws IOException {
        put("x", Fd.open(Path.of("/dev/null"))).close();

        try (Fd second = Fd.open(Path.of("/dev/zero"))) {
            store().put("x", second, PutOption.REPLACE);

            try (Fd got = store().get("x")) {
                assertThat(Libc.sameFile(got, second)).isTrue();
            }
        }
    }

    @Test
    void whatIsReplacedIsReleased() throws IOException {
        try (Libc.Pipe pipe = Libc.pipe()) {
            store().put("x", pipe.writer());
            pipe.writer().close();
            put("x", Fd.open(Path.of("/dev/null")), PutOption.REPLACE).close();

            assertThat(pipe.reader().newInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void truncationEmptiesAnEntry() throws IOException {
        put("x", Fd.open(Path.of("/dev/null"))).close();

        Fd.open(mounted.path("x"), OpenFlag.WRITE, OpenFlag.TRUNCATE).close();

        assertThatThrownBy(() -> store().get("x")).isInstanceOf(EmptyEntryException.class);
    }

    @Test
    void nothingComesFromANameThatIsNotThere() throws IOException {
        assertThatThrownBy(() -> store().get("x")).isInstanceOf(NoSuchFileException.class);
        assertThat(store().find("x")).isEmpty();
    }

    @Test
    void nothingComesFromAnEmptyEntry() throws IOException {
        Files.createFile(mounted.path("x"));

        assertThatThrownBy(() -> store().get("x"))
                .isInstanceOf(EmptyEntryException.class)
                .hasMessageStartingWith(mounted.path("x") + ": the entry is empty");
        assertThat(store().find("x")).isEmpty();
    }

    @Test
    void aSubdirectoryIsAStoreOfItsOwn() throws IOException {
        Files.createDirectory(mounted.path("session"));

        try (FdStore session = FdStore.open(mounted.path("session"));
                Fd file = Fd.open(Path.of("/dev/null"))) {
            session.put("x", file);

            assertThat(session.names()).containsExactly("x");
            assertThat(store().names()).isEmpty();
        }
    }

    @Test
    void anEntryIsFoundUnderItsNewNameAfterARename() throws IOException {
        try (Fd file = put("x", Fd.open(Path.of("/dev/null")))) {
            Files.move(mounted.path("x"), mounted.path("y"));

            try (Fd got = store().get("y")) {
                assertThat(Libc.sameFile(got, file)).isTrue();
            }
        }
    }

    private Fd put(String name, Fd file, PutOption... options) throws IOException {
        store().put(name, file, options);
        return file;
    }
}
