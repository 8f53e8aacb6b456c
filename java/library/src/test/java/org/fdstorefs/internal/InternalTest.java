// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodType;
import org.junit.jupiter.api.Test;

class InternalTest {
    @Test
    void aPrivateFieldOfTheJdkIsRead() throws IOException {
        Internal field = Internal.find("fd", trusted -> trusted.findGetter(FileDescriptor.class, "fd", int.class));

        assertThat(field.invoke(FileDescriptor.err)).isEqualTo(2);
        assertThat(field.owner()).isEqualTo(FileDescriptor.class);
    }

    @Test
    void aMemberThatIsMissingIsToldWhenItIsUsed() {
        Internal field = Internal.find(
                "java.io.FileDescriptor.no", trusted -> trusted.findGetter(FileDescriptor.class, "no", int.class));

        assertThatThrownBy(() -> field.invoke(FileDescriptor.err))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("has no java.io.FileDescriptor.no")
                .hasMessageContaining(Runtime.version().toString())
                .hasCauseInstanceOf(NoSuchFieldException.class);
        assertThatThrownBy(field::owner).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aClassThatIsMissingIsToldWhenItIsUsed() {
        Internal method = Internal.find(
                "sun.nio.ch.No.getFDVal",
                trusted -> trusted.findVirtual(Class.forName("sun.nio.ch.No"), "no", MethodType.methodType(int.class)));

        assertThatThrownBy(method::invoke)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasCauseInstanceOf(ClassNotFoundException.class);
    }

    @Test
    void anIoExceptionComesThrough() {
        Internal method = Internal.find(
                "java.io.InputStream.read",
                trusted -> trusted.findVirtual(InputStream.class, "read", MethodType.methodType(int.class)));
        InputStream closed = InputStream.nullInputStream();

        assertThatThrownBy(() -> {
                    closed.close();
                    method.invoke(closed);
                })
                .isInstanceOf(IOException.class)
                .hasMessage("Stream closed");
    }
}
