// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.fdstorefs.csi.messages.NodeGetVolumeStatsRequest;
import org.fdstorefs.csi.messages.NodePublishVolumeRequest;
import org.fdstorefs.csi.messages.NodeServiceCapability.RPC;
import org.fdstorefs.csi.messages.NodeUnpublishVolumeRequest;
import org.fdstorefs.csi.messages.PluginInfo;
import org.fdstorefs.csi.messages.RegistrationStatus;
import org.fdstorefs.csi.messages.VolumeCapability;
import org.fdstorefs.csi.messages.VolumeUsage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Through the socket, by a client of gRPC's own. */
class DriverTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final FakeMounter mounter = new FakeMounter();
    private Path kubelet;
    private Path socket;
    private Path target;
    private Driver driver;
    private Client client;

    @BeforeEach
    void start() throws IOException {
        kubelet = directory.toRealPath();
        socket = kubelet.resolve("s");
        target = kubelet.resolve("mount");
        driver = startAnother();
        client = new Client(socket);
    }

    private Driver another() {
        return new Driver(new Settings(socket, kubelet, "node-1", 100), mounter, Logs.to(log));
    }

    private Driver startAnother() throws IOException {
        Driver another = another();
        another.start();
        return another;
    }

    @AfterEach
    void stop() {
        client.close();
        driver.close();
    }

    private NodePublishVolumeRequest.Builder publication() {
        return NodePublishVolumeRequest.newBuilder()
                .setVolumeId("csi-1")
                .setTargetPath(target.toString())
                .setVolumeCapability(VolumeCapability.newBuilder()
                        .setMount(VolumeCapability.MountVolume.getDefaultInstance())
                        .setAccessMode(VolumeCapability.AccessMode.newBuilder()
                                .setMode(VolumeCapability.AccessMode.Mode.SINGLE_NODE_WRITER)))
                .putVolumeContext("csi.storage.k8s.io/pod.namespace", "default")
                .putVolumeContext("csi.storage.k8s.io/pod.name", "web");
    }

    private NodeUnpublishVolumeRequest.Builder end() {
        return NodeUnpublishVolumeRequest.newBuilder().setVolumeId("csi-1").setTargetPath(target.toString());
    }

    @Test
    void theKubeletLearnsWhatThisIsAndThatItServesCsiAtTheSameSocket() {
        PluginInfo info = client.info();

        assertThat(info.getType()).isEqualTo("CSIPlugin");
        assertThat(info.getName()).isEqualTo("fdstorefs.org");
        assertThat(info.getEndpoint()).isEmpty();
        assertThat(info.getSupportedVersionsList()).containsExactly("1.0.0");
    }

    @Test
    void whetherItIsRegisteredIsLogged() {
        client.notify(RegistrationStatus.newBuilder().setPluginRegistered(true).build());
        client.notify(RegistrationStatus.newBuilder().setError("no such driver").build());

        assertThat(log.toString(UTF_8))
                .contains("the kubelet has registered this driver")
                .contains("level=error msg=\"the kubelet has not registered this driver\" reason=\"no such driver\"");
    }

    @Test
    void itTellsWhoItIs() {
        assertThat(client.pluginInfo().getName()).matches("[a-zA-Z][A-Za-z0-9-\\\\.\\\\_]{0,61}[a-zA-Z]");
        assertThat(client.probe().getReady().getValue()).isTrue();
        assertThat(client.nodeInfo().getNodeId()).isEqualTo("node-1");
        assertThat(client.capabilities().getCapabilitiesList())
                .extracting(capability -> capability.getRpc().getType())
                .containsExactly(
                        RPC.Type.GET_VOLUME_STATS, RPC.Type.SINGLE_NODE_MULTI_WRITER, RPC.Type.VOLUME_MOUNT_GROUP);
    }

    @Test
    void aVolumeIsPublishedMeasuredAndUnpublished() {
        client.publish(publication().build());
        client.publish(publication().build());
        assertThat(mounter.sources(target)).containsExactly("fdstorefs.org/csi-1");

        VolumeUsage usage = client.stats(NodeGetVolumeStatsRequest.newBuilder()
                        .setVolumeId("csi-1")
                        .setVolumePath(target.toString())
                        .build())
                .getUsage(0);
        assertThat(usage.getUnit()).isEqualTo(VolumeUsage.Unit.INODES);
        assertThat(List.of(usage.getTotal(), usage.getUsed(), usage.getAvailable()))
                .containsExactly(64L, 3L, 61L);

        client.unpublish(end().build());
        client.unpublish(end().build());
        assertThat(target).doesNotExist();
        assertThat(log.toString(UTF_8)).contains("msg=\"store mounted\" volume=csi-1 pod=default/web");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertFails(
                Code.INVALID_ARGUMENT,
                () -> client.publish(publication().clearVolumeId().build()),
                "volume_id");
        assertFails(
                Code.INVALID_ARGUMENT,
                () -> client.publish(publication().clearTargetPath().build()),
                "target_path");
        assertFails(
                Code.INVALID_ARGUMENT,
                () -> client.publish(publication().clearVolumeCapability().build()),
                "volume_capability");
        assertFails(
                Code.INVALID_ARGUMENT,
                () -> client.unpublish(end().clearVolumeId().build()),
                "volume_id");
        assertFails(
                Code.INVALID_ARGUMENT,
                () -> client.unpublish(end().clearTargetPath().build()),
                "target_path");
        assertFails(
                Code.INVALID_ARGUMENT,
                () -> client.publish(
                        publication().putVolumeContext("max", "101").build()),
                "attribute max: give a number, 1 to 100");
        assertThat(mounter.mounts()).isEmpty();
    }

    @Test
    void aVolumeWhoseDirectoryHasNoParentIsNotPublishedAndEndsWell() {
        String deep = target + "/deep";

        assertFails(
                Code.FAILED_PRECONDITION,
                () -> client.publish(publication().setTargetPath(deep).build()),
                deep);
        client.unpublish(end().setTargetPath(deep).build());
    }

    @Test
    void aVolumeThatIsNotThereHasNoUse() {
        NodeGetVolumeStatsRequest.Builder request = NodeGetVolumeStatsRequest.newBuilder();

        assertFails(
                Code.INVALID_ARGUMENT,
                () -> client.stats(request.setVolumePath("a/b").build()),
                "volume_id");
        assertFails(
                Code.INVALID_ARGUMENT,
                () -> client.stats(
                        request.setVolumeId("csi-1").clearVolumePath().build()),
                "volume_path");
        assertFails(
                Code.NOT_FOUND, () -> client.stats(request.setVolumePath("a/b").build()), "a/b");
        assertFails(
                Code.NOT_FOUND,
                () -> client.stats(request.setVolumePath(target.toString()).build()),
                "csi-1");
    }

    @Test
    void whatWentWrongInsideIsToldAndLogged() {
        mounter.failToMount(new IOException("the moon is full"));

        assertFails(Code.INTERNAL, () -> client.publish(publication().build()), "the moon is full");
        assertThat(log.toString(UTF_8)).contains("level=error msg=failed call=NodePublishVolume");
    }

    @Test
    void aMethodThatIsNotThereIsUnimplemented() {
        assertFails(Code.UNIMPLEMENTED, client::stage, "NodeStageVolume");
    }

    @Test
    void theSocketAppearsOnlyWhenTheDriverAnswersAndReplacesTheOneBefore() throws IOException {
        try (Driver next = startAnother();
                Client other = new Client(socket)) {
            assertThat(next).isNotNull();
            assertThat(other.info()).isEqualTo(client.info());
            driver.close();
            assertThat(socket).exists();
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void withoutADirectoryForPluginsItSaysWhereItLooked() {
        Path nowhere = kubelet.resolve("plugins_registry/s");
        try (Driver other = new Driver(new Settings(nowhere, kubelet, "node-1", 100), mounter, Logs.to(log))) {
            assertThatThrownBy(other::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(nowhere.getParent() + " is not there: is --kubelet-dir ");
        }
    }

    @Test
    void socketsOfADriverThatWasKilledAreReplaced() throws IOException {
        driver.close();
        for (String name : List.of("s", ".s")) {
            try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                left.bind(UnixDomainSocketAddress.of(kubelet.resolve(name)));
            }
        }
        driver = startAnother();

        assertThat(new Call(socket, Duration.ofMinutes(1)).call("csi.v1.Identity/Probe", new byte[0]))
                .isNotEmpty();
        assertThat(files()).containsExactly("s");
    }

    @Test
    void aDriverThatIsToldToEndBeforeItServesNeverShowsItsSocket() throws IOException {
        driver.close();
        Driver early = another();
        early.close();

        assertThatThrownBy(early::start).isInstanceOf(IOException.class).hasMessage("told to end");
        assertThat(files()).isEmpty();
    }

    @Test
    void whatAnEarlierPodLeftEndsBeforeTheKubeletKnowsOfTheDriver() throws IOException {
        driver.close();
        Path left = kubelet.resolve("pods/1/volumes/kubernetes.io~csi/fds/mount");
        Files.createDirectories(left);
        mounter.add(left, "fdstorefs", "fdstorefs.org/csi-9");

        driver = startAnother();

        assertThat(mounter.mounts()).isEmpty();
        assertThat(left).doesNotExist();
    }

    @Test
    void aCallThatIsAnsweredByAnErrorFails() {
        Call call = new Call(socket, Duration.ofMinutes(1));

        assertThatThrownBy(() -> call.call("csi.v1.Node/NodePublishVolume", new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("answered by an error");
        assertThatThrownBy(() -> call.call("csi.v1.Node/Nonsense", new byte[0])).isInstanceOf(IOException.class);
    }

    @Test
    void aServerThatSaysNothingIsNotWaitedForForEver() throws IOException {
        Path silent = kubelet.resolve("silent");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(silent));

            assertThatThrownBy(() -> new Call(silent, Duration.ZERO).call("a/b", new byte[0]))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no answer in time");
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(kubelet)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static void assertFails(Code code, ThrowingCallable call, String reason) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(code))
                .hasMessageContaining(reason);
    }
}
