// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineCheckTest {
    @TempDir
    Path root;

    private final Map<String, String> versions = new HashMap<>();

    @Test
    void withoutEngineThereIsNothingToSay() {
        assertThat(findings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "podman     | podman version 5.4.2",
                "dockerd    | Docker version 28.5.2, build abc",
                "containerd | containerd github.com/containerd/containerd 2.1.9~ds1 2.1.9"
            })
    void anEngineThatLooksForDevicesIsGood(String program, String version) throws IOException {
        install(program, version);

        assertThat(finding(program.replaceFirst("dockerd", "docker")).verdict()).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"features\": {\"cdi\": false}}"})
    void anOlderDockerWantsAFeatureTurnedOn(String configuration) throws IOException {
        install("dockerd", "Docker version 26.1.5+dfsg1, build a72d7cd");
        write("etc/docker/daemon.json", configuration);

        Finding finding = finding("docker");

        assertThat(finding.verdict()).isEqualTo("note");
        assertThat(finding.detail()).startsWith("26.1.5+dfsg1 ");
        assertThat(finding.remedy())
                .hasValueSatisfying(remedy ->
                        assertThat(remedy).contains("/etc/docker/daemon.json", "{\"features\": {\"cdi\": true}}"));
    }

    @Test
    void anOlderDockerWithTheFeatureIsGood() throws IOException {
        install("dockerd", "Docker version 26.1.5+dfsg1, build a72d7cd");
        write("etc/docker/daemon.json", "{ \"features\" : { \"cdi\" : true } }");

        assertThat(finding("docker").verdict()).isEqualTo("ok");
    }

    @Test
    void aLaterDockerMayHaveItTurnedOff() throws IOException {
        install("dockerd", "Docker version 28.5.2, build abc");
        write("etc/docker/daemon.json", "{\"features\": {\"cdi\": false}}");

        assertThat(finding("docker").verdict()).isEqualTo("note");
    }

    @Test
    void aDockerOfTheUsersOwnIsToldWhereToLook() throws IOException {
        install("dockerd", "Docker version 28.5.2, build abc");
        write("etc/cdi/fdstorefs.json", CdiCommand.text(CdiSpec.installed()));
        write("home/user/.config/systemd/user/docker.service", "");

        assertThat(finding("rootless").remedy())
                .hasValueSatisfying(remedy ->
                        assertThat(remedy).contains("~/.config/docker/daemon.json", "[\"/home/user/.config/cdi\"]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/home/user/.config/cdi | ok",
                "/home/user/empty       | note",
                "/etc/cdi               | note",
            })
    void aDockerOfTheUsersOwnFindsWhatIsNotInEtc(String directory, String verdict) throws IOException {
        install("dockerd", "Docker version 28.5.2, build abc");
        write("etc/cdi/fdstorefs.json", CdiCommand.text(CdiSpec.installed()));
        write("home/user/.config/cdi/fdstorefs.json", CdiCommand.text(CdiSpec.installed()));
        write("home/user/.config/docker/daemon.json", "{\"cdi-spec-dirs\": [\"" + directory + "\"]}");

        assertThat(finding("rootless").verdict()).isEqualTo(verdict);
    }

    @Test
    void whoHasNoDockerOfHisOwnReadsNothingOfIt() throws IOException {
        install("dockerd", "Docker version 28.5.2, build abc");

        assertThat(findings()).extracting(Finding::part).containsExactly("cdi", "docker");
    }

    @Test
    void anOlderContainerdWantsItEnabled() throws IOException {
        install("containerd", "containerd github.com/containerd/containerd 1.7.24~ds1 1.7.24~ds1-6+deb13u1");

        assertThat(finding("containerd").remedy())
                .hasValueSatisfying(remedy -> assertThat(remedy).contains("enable_cdi", "io.containerd.grpc.v1.cri"));

        write(
                "etc/containerd/config.toml",
                "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\"]\n  enable_cdi = true\n");
        assertThat(finding("containerd").verdict()).isEqualTo("ok");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "podman     | podman version 3.0.1",
                "dockerd    | Docker version 20.10.24+dfsg1, build 297e128",
                "containerd | containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20",
                "podman     | something else"
            })
    void anEngineThatIsTooOldIsTold(String program, String version) throws IOException {
        install(program, version);

        assertThat(finding(program.replaceFirst("dockerd", "docker")).detail()).endsWith("knows no devices of CDI");
    }

    @Test
    void theDevicesAreTold() throws IOException {
        install("podman", "podman version 5.4.2");
        write("etc/cdi/fdstorefs.json", CdiCommand.text(CdiSpec.installed()));
        write("run/cdi/web.json", CdiCommand.text(CdiSpec.ofShared("web", "/run/fdstore")));

        assertThat(finding("cdi"))
                .isEqualTo(Finding.good("cdi", "devices: fdstorefs.org/store=private, fdstorefs.org/store=web"));
    }

    @Test
    void withoutDeviceItTellsHowToMakeOne() throws IOException {
        install("podman", "podman version 5.4.2");
        write("etc/cdi/other.json", "{\"kind\": \"example.com/gpu\"}");

        Finding finding = finding("cdi");

        assertThat(finding.isGood()).isTrue();
        assertThat(finding.remedy())
                .hasValueSatisfying(remedy -> assertThat(remedy).contains("fdstore cdi >/etc/cdi/fdstorefs.json"));
    }

    @Test
    void aSpoiltFileIsAProblem() throws IOException {
        install("podman", "podman version 5.4.2");
        write("etc/cdi/fdstorefs.json", CdiCommand.text(CdiSpec.installed()).replace("1777", "9"));

        assertThat(finding("cdi").verdict()).isEqualTo("problem");
        assertThat(finding("cdi").detail()).startsWith("/etc/cdi/fdstorefs.json: device private: option mode=9");
    }

    @Test
    void twoFilesWithOneDeviceAreAProblem() throws IOException {
        install("podman", "podman version 5.4.2");
        write("etc/cdi/fdstorefs.json", CdiCommand.text(CdiSpec.installed()));
        write("etc/cdi/mine.json", CdiCommand.text(CdiSpec.installed()));

        assertThat(finding("cdi").verdict()).isEqualTo("problem");
        assertThat(finding("cdi").detail()).contains("private", "/etc/cdi/fdstorefs.json", "/etc/cdi/mine.json");
    }

    private List<Finding> findings() {
        return new EngineCheck(
                        root,
                        root.resolve("home/user"),
                        program -> Optional.ofNullable(
                                versions.get(program.getFileName().toString())))
                .findings();
    }

    private Finding finding(String part) {
        return findings().stream()
                .filter(finding -> finding.part().equals(part))
                .findFirst()
                .orElseThrow();
    }

    private void install(String program, String version) throws IOException {
        write("usr/bin/" + program, "");
        assertThat(root.resolve("usr/bin/" + program).toFile().setExecutable(true))
                .isTrue();
        versions.put(program, version);
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
