// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
    void aModuleOfTheSameVersionIsGood() throws IOException {
        load("1.2.3");

        assertThat(finding("version", "6.12")).isEqualTo(Finding.good("version", "1.2.3"));
    }

    @Test
    void aModuleOfAnotherVersionIsAProblem() throws IOException {
        load("1.2.2");

        Finding finding = finding("version", "6.12");

        assertThat(finding.detail()).contains("module that is loaded has version 1.2.2", "fdstore has 1.2.3");
        assertThat(finding.remedy())
                .hasValueSatisfying(remedy -> assertThat(remedy)
                        .contains("same version of both", "unmount all stores", "modprobe -r fdstorefs"));
    }

    @Test
    void aModuleThatTellsNoVersionIsAProblem() throws IOException {
        write("proc/filesystems", "nodev\tfdstorefs\n");

        assertThat(finding("version", "6.12").detail()).contains("version unknown");
    }

    @Test
    void withoutModuleThereIsNoVersionToCompare() {
        assertThat(findings("6.12", Optional.of("1.2.3")))
                .extracting(Finding::part)
                .doesNotContain("version");
    }

    @Test
    void aProgramThatDoesNotKnowItsVersionComparesNone() throws IOException {
        load("1.2.3");

        assertThat(findings("6.12", Optional.empty())).extracting(Finding::part).doesNotContain("version");
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
        return findings(release, Optional.of("1.2.3")).stream()
                .filter(finding -> finding.part().equals(part))
                .findFirst()
                .orElseThrow();
    }

    private List<Finding> findings(String release, Optional<String> version) {
        return new SystemCheck(root, release, version).findings();
    }

    private void load(String version) throws IOException {
        write("proc/filesystems", "nodev\tfdstorefs\n");
        write("sys/module/fdstorefs/version", version + "\n");
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
