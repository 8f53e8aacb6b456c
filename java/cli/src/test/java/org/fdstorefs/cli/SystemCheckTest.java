// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SystemCheckTest {
    @TempDir
    Path root;

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-56-amd64", "6.12.117+deb12-amd64", "7.3.4", "10.0"})
    void aKernelThatTheModuleIsMadeForIsGood(String release) {
        assertThat(finding("kernel", release)).isEqualTo(Finding.good("kernel", "Linux " + release));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.19.0", "6.0.12", "4.4", "weird"})
    void anotherKernelIsAProblem(String release) {
        assertThat(finding("kernel", release).remedy())
                .hasValueSatisfying(remedy -> assertThat(remedy).contains("6.1"));
    }

    @Test
    void aLoadedModuleIsGood() throws IOException {
        write("proc/filesystems", "nodev\tsysfs\n\text4\nnodev\tfdstorefs\n");

        assertThat(finding("module", "6.12").isGood()).isTrue();
    }

    @Test
    void aModuleThatIsInstalledNeedsLoading() throws IOException {
        write("proc/filesystems", "nodev\tsysfs\n");
        write("lib/modules/6.12/modules.dep", "updates/dkms/fdstorefs.ko.xz:\n");

        assertThat(finding("module", "6.12").remedy()).contains("as root: modprobe fdstorefs");
    }

    @Test
    void aModuleThatIsMissingNeedsBuilding() throws IOException {
        write("lib/modules/6.11/modules.dep", "updates/dkms/fdstorefs.ko.xz:\n");

        assertThat(finding("module", "6.12").remedy())
                .hasValueSatisfying(remedy -> assertThat(remedy).contains("kernel-module/", "6.12"));
    }

    @Test
    void procMustBeMounted() throws IOException {
        assertThat(finding("proc", "6.12").remedy()).contains("as root: mount -t proc proc /proc");

        Files.createDirectories(root.resolve("proc/self/fd"));
        assertThat(finding("proc", "6.12").isGood()).isTrue();
    }

    @Test
    void theLimitOfDescriptorsIsTold() throws IOException {
        write(
                "proc/self/limits",
                "Limit  Soft  Hard  Units\nMax open files            1024                 4096                 files     \n");

        assertThat(finding("limit", "6.12").detail()).startsWith("1024 descriptors");
    }

    private Finding finding(String part, String release) {
        return new SystemCheck(root, release)
                .findings().stream()
                        .filter(finding -> finding.part().equals(part))
                        .findFirst()
                        .orElseThrow();
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
