// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.fdstorefs.MountOption;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.UnmountOption;
import org.fdstorefs.csi.messages.NodeGetVolumeStatsRequest;
import org.fdstorefs.csi.messages.NodePublishVolumeRequest;
import org.fdstorefs.csi.messages.NodeUnpublishVolumeRequest;
import org.fdstorefs.csi.messages.VolumeCapability;
import org.fdstorefs.csi.messages.VolumeCapability.AccessMode;
import org.fdstorefs.csi.messages.VolumeCapability.MountVolume;
import org.fdstorefs.csi.messages.VolumeUsage;
import org.fdstorefs.internal.MountInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The program, its socket and the kernel module: where that is loaded. Each test starts a program: most are long. */
class ContractIT {
    private static final Path PROGRAM = Path.of(System.getProperty("fdstorefs.csi", "/stage/csi/fdstorefs-csi"));
    private static final int VOLUMES = 12;
    private static final Path STORES = Path.of("/sys/fs/fdstorefs");

    private Path kubelet;
    private DriverProcess driver;

    @BeforeEach
    void start() throws IOException {
        kubelet = Files.createTempDirectory("kubelet").toRealPath();
        Files.createDirectory(kubelet.resolve("plugins_registry"));
        startDriver();
    }

    @AfterEach
    void stop() throws Exception {
        driver.kill();
        for (MountInfo mount : own()) {
            FdStore.unmount(Path.of(mount.mountPoint()), UnmountOption.LAZY);
        }
    }

    private void startDriver() throws IOException {
        driver = DriverProcess.start(PROGRAM, kubelet);
    }

    /** Another one, after SIGKILL. */
    private void restart() throws Exception {
        driver.kill();
        startDriver();
    }

    private Path target(int volume) throws IOException {
        Path place = kubelet.resolve("pods/%d/volumes/kubernetes.io~csi/fds".formatted(volume));
        Files.createDirectories(place);
        // As the kubelet does before it calls: so the next driver knows that the pod is there.
        Files.writeString(place.resolve("vol_data.json"), "{\"volumeHandle\":\"csi-%d\"}".formatted(volume));
        return place.resolve("mount");
    }

    private NodePublishVolumeRequest.Builder publication(int volume) throws IOException {
        return NodePublishVolumeRequest.newBuilder()
                .setVolumeId("csi-" + volume)
                .setTargetPath(target(volume).toString())
                .setVolumeCapability(capability(MountVolume.newBuilder()))
                .putVolumeContext("csi.storage.k8s.io/pod.name", "pod-" + volume)
                .putVolumeContext("max", "16");
    }

    private static VolumeCapability capability(MountVolume.Builder mount) {
        return VolumeCapability.newBuilder()
                .setMount(mount)
                .setAccessMode(AccessMode.newBuilder().setMode(AccessMode.Mode.SINGLE_NODE_WRITER))
                .build();
    }

    private void publish(int volume) throws IOException {
        NodePublishVolumeRequest request = publication(volume).build();
        again(() -> driver.client().publish(request));
    }

    /** As a kubelet does, which makes a call again that another one was in the way of. */
    private static void again(Runnable call) {
        while (true) {
            try {
                call.run();
                return;
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() != Status.Code.ABORTED) {
                    throw e;
                }
            }
        }
    }

    private void unpublish(int volume) throws IOException {
        NodeUnpublishVolumeRequest request = NodeUnpublishVolumeRequest.newBuilder()
                .setVolumeId("csi-" + volume)
                .setTargetPath(target(volume).toString())
                .build();
        again(() -> driver.client().unpublish(request));
    }

    private List<MountInfo> own() throws IOException {
        return MountInfo.read(Path.of("/proc/self/mountinfo")).stream()
                .filter(mount -> mount.isStore() && mount.mountPoint().startsWith(kubelet.toString()))
                .toList();
    }

    private List<String> sources() throws IOException {
        return own().stream().map(MountInfo::source).sorted().toList();
    }

    private static List<String> stores() throws IOException {
        try (Stream<Path> stores = Files.list(STORES)) {
            return stores.map(store -> store.getFileName().toString()).sorted().toList();
        }
    }

    private static String value(String device, String name) throws IOException {
        return Files.readAllLines(STORES.resolve(device)).stream()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1))
                .findAny()
                .orElseThrow();
    }

    @Test
    void aStoreOutlivesTheDriver() throws Exception {
        publish(1);
        Path target = target(1);
        try (FdStore store = FdStore.open(target);
                Fd file = Fd.open(Path.of("/dev/null"))) {
            store.put("x", file);
        }
        assertThat(own().get(0).source()).isEqualTo("fdstorefs.org/csi-1");

        restart();
        publish(1);

        assertThat(sources()).containsExactly("fdstorefs.org/csi-1");
        assertThat(value(own().get(0).device(), "sealed")).isEqualTo("0");
        try (FdStore store = FdStore.open(target);
                Fd again = store.get("x")) {
            assertThat(again.isOpen()).isTrue();
        }
    }

    @Test
    void everyCallMayComeTwice() throws Exception {
        List<String> before = stores();
        publish(1);
        publish(1);
        assertThat(sources()).hasSize(1);
        unpublish(1);
        unpublish(1);
        assertThat(sources()).isEmpty();
        assertThat(target(1)).doesNotExist();
        assertThat(stores()).isEqualTo(before);
    }

    @Test
    @Tag("long")
    void callsForOneVolumeMayComeAtOnce() throws Exception {
        List<String> before = stores();
        atOnce(8, i -> publish(1));
        assertThat(sources()).containsExactly("fdstorefs.org/csi-1");
        atOnce(8, i -> unpublish(1));
        assertThat(target(1)).doesNotExist();
        assertThat(stores()).isEqualTo(before);
    }

    @Test
    @Tag("long")
    void callsForManyVolumesMayComeInAnyOrder() throws Exception {
        List<String> before = stores();
        atOnce(6, i -> {
            Random random = new Random(i);
            for (int n = 0; n < 25; n++) {
                int volume = random.nextInt(4);
                if (random.nextBoolean()) {
                    publish(volume);
                } else {
                    unpublish(volume);
                }
            }
        });
        assertThat(sources()).doesNotHaveDuplicates();
        for (int volume = 0; volume < 4; volume++) {
            unpublish(volume);
        }
        assertThat(stores()).isEqualTo(before);
    }

    @Test
    @Tag("long")
    void theDriverMayBeKilledInTheMiddleOfAnything() throws Exception {
        List<String> before = stores();
        for (int round = 0; round < 3; round++) {
            killedDuring(this::publish);
            atOnce(VOLUMES, this::publish);
            assertThat(sources()).hasSize(VOLUMES).doesNotHaveDuplicates();
            killedDuring(this::unpublish);
            atOnce(VOLUMES, this::unpublish);
            assertThat(stores()).isEqualTo(before);
        }
    }

    @Test
    void aStoreThatIsInUseEnds() throws Exception {
        publish(1);
        Path target = target(1);
        String device = own().get(0).device();
        Process inside =
                new ProcessBuilder("sleep", "1000").directory(target.toFile()).start();
        try (FdStore store = FdStore.open(target);
                Fd file = Fd.open(Path.of("/dev/null"));
                Fd entry = open(store, target, file)) {
            unpublish(1);

            assertThat(entry.isOpen()).isTrue();
            assertThat(target).doesNotExist();
            assertThat(value(device, "filled")).isEqualTo("0");
            assertThat(value(device, "sealed")).isEqualTo("1");
        } finally {
            inside.destroyForcibly().waitFor();
        }
        assertThat(stores()).doesNotContain(device);
    }

    private static Fd open(FdStore store, Path target, Fd file) throws IOException {
        store.put("x", file);
        return Fd.open(target.resolve("x"), OpenFlag.READ);
    }

    @Test
    @Tag("long")
    void anFsGroupOwnsWhatIsMade() throws Exception {
        driver.client()
                .publish(publication(1)
                        .setVolumeCapability(capability(MountVolume.newBuilder().setVolumeMountGroup("2000")))
                        .build());
        Files.createFile(target(1).resolve("x"));

        assertThat(Files.readAttributes(target(1), "unix:mode,gid")).isEqualTo(Map.of("mode", 042770, "gid", 2000));
        assertThat(Files.getAttribute(target(1).resolve("x"), "unix:gid")).isEqualTo(2000);
    }

    /** What a runtime does for a pod with {@code hostUsers: false}, whose root is 100000 on the node. */
    @Test
    @Tag("long")
    void aPodWithIdsOfItsOwnUsesItsStoreThroughAMountThatMapsThem() throws Exception {
        publish(1);
        String ids = "0:100000:65536";
        Path inside = Files.createTempDirectory("inside");
        Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString("rwxr-xr-x"));
        run(List.of(
                "mount",
                "--bind",
                "--map-users",
                ids,
                "--map-groups",
                ids,
                target(1).toString(),
                inside.toString()));
        try {
            run(inPod(inside, "put", "--fd", "0", "x"));
            run(inPod(inside, "get", "x=3", "--", "true"));

            assertThat(Files.getAttribute(inside.resolve("x"), "unix:uid")).isEqualTo(100_000);
            assertThat(Files.getAttribute(target(1).resolve("x"), "unix:uid")).isEqualTo(0);
            assertThat(value(own().get(0).device(), "filled")).isEqualTo("1");
        } finally {
            run(List.of("umount", inside.toString()));
        }
    }

    private static List<String> inPod(Path store, String... words) {
        List<String> start = List.of(
                "setpriv",
                "--reuid=100000",
                "--regid=100000",
                "--clear-groups",
                "fdstore",
                "--store",
                store.toString());
        return Stream.concat(start.stream(), Stream.of(words)).toList();
    }

    /** A program that has to succeed. */
    private static void run(List<String> words) throws Exception {
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    @Test
    @Tag("long")
    void withoutOneEverybodyMayMakeEntries() throws Exception {
        publish(1);

        assertThat(Files.getAttribute(target(1), "unix:mode")).isEqualTo(041777);
        assertThat(Files.getPosixFilePermissions(target(1))).isEqualTo(PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    @Test
    @Tag("long")
    void nothingCanBePutIntoAReadOnlyStore() throws Exception {
        driver.client().publish(publication(1).setReadonly(true).build());

        assertThatThrownBy(() -> Files.createFile(target(1).resolve("x"))).hasMessageContaining("Read-only");
    }

    @Test
    @Tag("long")
    void whatTheKernelRefusesIsToldWithItsReason() throws Exception {
        NodePublishVolumeRequest labelled = publication(1)
                .setVolumeCapability(capability(MountVolume.newBuilder().addMountFlags("context=u:r:t:s0")))
                .build();

        // SELinux is not enabled here.
        assertThatThrownBy(() -> driver.client().publish(labelled))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("context=u:r:t:s0")
                .hasMessageContaining("EINVAL from fsconfig");
        assertThat(target(1)).doesNotExist();
    }

    @Test
    @Tag("long")
    void theUseOfAStoreIsMeasured() throws Exception {
        publish(1);
        Files.createFile(target(1).resolve("x"));

        VolumeUsage usage = driver.client()
                .stats(NodeGetVolumeStatsRequest.newBuilder()
                        .setVolumeId("csi-1")
                        .setVolumePath(target(1).toString())
                        .build())
                .getUsage(0);
        assertThat(usage.getTotal()).isEqualTo(16);
        assertThat(usage.getUsed()).isPositive().isEqualTo(16 - usage.getAvailable());
    }

    @Test
    @Tag("long")
    void atItsStartStoresOfPodsThatAreGoneEndAndNoOthers() throws Exception {
        publish(1);
        publish(2);
        Path foreign = Files.createDirectories(target(3));
        FdStore.mount(foreign, MountOption.source("mine")).close();
        Files.delete(target(2).resolveSibling("vol_data.json"));

        restart();

        assertThat(sources()).containsExactly("fdstorefs.org/csi-1", "mine");
        assertThat(kubelet.resolve("pods/2/volumes/kubernetes.io~csi/fds/mount"))
                .doesNotExist();
    }

    /** Something that is done for a number. */
    private interface Step {
        void run(int number) throws Exception;
    }

    private static void atOnce(int threads, Step step) throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        CountDownLatch begin = new CountDownLatch(1);
        try {
            List<Future<Void>> results = new ArrayList<>();
            for (int number : IntStream.range(0, threads).toArray()) {
                Callable<Void> call = () -> {
                    begin.await();
                    step.run(number);
                    return null;
                };
                results.add(pool.submit(call));
            }
            begin.countDown();
            for (Future<Void> result : results) {
                result.get();
            }
        } finally {
            pool.shutdown();
        }
    }

    /** Kills the driver somewhere in the middle of calls, and starts another one. */
    private void killedDuring(Step calls) throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Future<Void> result = pool.submit(() -> {
                for (int volume = 0; volume < VOLUMES; volume++) {
                    calls.run(volume);
                }
                return null;
            });
            int before = own().size();
            while (own().size() == before && !result.isDone()) {
                Thread.onSpinWait();
            }
            restart();
            try {
                result.get();
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(StatusRuntimeException.class);
            }
        } finally {
            pool.shutdown();
        }
    }
}
