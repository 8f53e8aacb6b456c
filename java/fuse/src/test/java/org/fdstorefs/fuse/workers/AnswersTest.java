// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.FuseException;
import org.junit.jupiter.api.Test;

class AnswersTest {
    @Test
    void theExceptionsOfFilesStandForTheirErrno() {
        assertAnswer(new FuseException(Errno.EXDEV), Errno.EXDEV);
        assertAnswer(new NoSuchFileException("f"), Errno.ENOENT);
        assertAnswer(new FileAlreadyExistsException("f"), Errno.EEXIST);
        assertAnswer(new AccessDeniedException("f"), Errno.EACCES);
        assertAnswer(new DirectoryNotEmptyException("f"), Errno.ENOTEMPTY);
        assertAnswer(new NotDirectoryException("f"), Errno.ENOTDIR);
        assertAnswer(new FileSystemLoopException("f"), Errno.ELOOP);
    }

    @Test
    void theExceptionsOfTheLibraryTellTheirs() {
        IOException notADirectory =
                assertThrows(IOException.class, () -> Fd.open(Path.of("/dev/null"), OpenFlag.READ, OpenFlag.DIRECTORY));

        assertAnswer(notADirectory, Errno.ENOTDIR);
    }

    @Test
    void aNameThatIsNoPathIsAnIllegalSequenceOfBytes() {
        Bytes name = Bytes.of(new byte[] {(byte) 0xff});
        InvalidPathException noPath = assertThrows(InvalidPathException.class, () -> Path.of(name.toString()));

        assertThat(Answers.errno(noPath)).contains(84);
    }

    @Test
    void othersStandForNone() {
        assertThat(Answers.errno(new IOException("f"))).isEmpty();
        assertThat(Answers.errno(new FileSystemException("f"))).isEmpty();
    }

    private static void assertAnswer(IOException e, Errno expected) {
        assertThat(Answers.errno(e)).contains(expected.number());
    }
}
