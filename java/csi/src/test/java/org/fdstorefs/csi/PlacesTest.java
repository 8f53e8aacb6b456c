// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacesTest {
    @TempDir
    Path directory;

    private Path kubelet;

    @BeforeEach
    void makeDirectory() throws IOException {
        kubelet = Files.createDirectories(directory.toRealPath().resolve("kubelet/pods"))
                .getParent();
    }

    private Optional<Path> of(String text) throws StatusException, IOException {
        return new Places(kubelet).of("target_path", text);
    }

    @Test
    void aPlaceNeedNotBeThereYet() throws Exception {
        assertThat(of(kubelet + "/pods/mount")).contains(kubelet.resolve("pods/mount"));
    }

    @Test
    void withoutTheDirectoryAroundItThereIsNothing() throws Exception {
        assertThat(of(kubelet + "/pods/1/mount")).isEmpty();
    }

    @Test
    void theKubeletsDirectoryMayBeALink() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), kubelet);

        assertThat(new Places(link).of("target_path", link + "/pods/mount")).contains(kubelet.resolve("pods/mount"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "some/path", "/", "/etc", "@/../x", "@/pods/../pods/x", "@", "@/pods/./x", "@x/y", "@/\0"})
    void whatIsNotBelowItIsRefused(String text) {
        assertRefused(text.replace("@", kubelet.toString()));
    }

    @Test
    void aLinkThatLeadsOutIsRefused() throws Exception {
        Files.createSymbolicLink(kubelet.resolve("out"), directory);

        assertRefused(kubelet + "/out/mount");
    }

    private void assertRefused(String text) {
        assertThatThrownBy(() -> of(text))
                .isInstanceOfSatisfying(
                        StatusException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT))
                .hasMessageContaining("target_path");
    }
}
