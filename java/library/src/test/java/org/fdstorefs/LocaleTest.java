// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.SocketAddresses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that the charset of the locale cannot express, in a JVM that runs in the C locale. */
class LocaleTest {
    @TempDir
    Path directory;

    @Test
    void aSubdirectoryOfAnyNameIsOpened() throws Exception {
        assertThat(inLocaleC("child")).isEqualTo("[x]\n");
    }

    @Test
    void aSetOfAnyNameIsGot() throws Exception {
        assertThat(inLocaleC("set")).isEqualTo("[x]\n");
    }

    @Test
    void aDraftOfAnyNameIsCommitted() throws Exception {
        assertThat(inLocaleC("draft")).isEqualTo("[y]\n");
    }

    @Test
    void whereADirectoryIsCanBeAskedInAnyCase() throws Exception {
        assertThat(inLocaleC("directory")).isEqualTo("true\n");
    }

    @Test
    void aMessageTellsTheName() throws Exception {
        assertThat(inLocaleC("message")).contains("/k\u00e4se: the entry is empty");
    }

    @Test
    void aStoreOfSomebodyElseBreaksNoSearch() throws Exception {
        assertThat(inLocaleC("mounts")).isEqualTo("[/a]\nOptional.empty\n");
    }

    @Test
    void theEnvironmentMayNameAnything() throws Exception {
        assertThat(inLocaleC("environment")).contains("NotAStoreException").contains("k\u00e4se: not in an fdstorefs");
    }

    @Test
    void aPeerOfAnyNameHasAnAddress() throws Exception {
        assertThat(inLocaleC("peer")).isEqualTo("[]\n");
    }

    private String inLocaleC(String what) throws Exception {
        Set<String> classPath = new TreeSet<>();
        for (Class<?> type : List.of(FdStore.class, LocaleTest.class, com.sun.jna.Native.class)) {
            classPath.add(Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        classPath.add(Path.of("target/test-classes").toAbsolutePath().toString());
        // Only what Java code prints in these bytes: the shell makes the names, whatever the locale here.
        String script = "cd \"$1\" && mkdir k\u00e4se && echo filled >k\u00e4se/x && : >empty && shift && exec \"$@\"";
        ProcessBuilder builder = new ProcessBuilder(
                "sh",
                "-c",
                script,
                "sh",
                directory.toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                String.join(File.pathSeparator, classPath),
                Program.class.getName(),
                what);
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("FDSTORE_PATH", "k\u00e4se");
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }

    /** {@code WHAT}: does something with what is in the present directory, and complains if that leaves descriptors open. */
    static final class Program {
        private static final String NAME = "k\u00e4se";

        private Program() {}

        public static void main(String[] args) throws Exception {
            try (FdStore store = new HostStore(Path.of("").toAbsolutePath()).open()) {
                try {
                    print(run(args[0], store));
                } catch (Exception e) {
                    print(e.toString());
                }
                for (int number : OpenFiles.numbers()) { // but for the store itself
                    Path link = Files.readSymbolicLink(Path.of("/proc/self/fd/" + number));
                    if (link.startsWith(store.directory()) && !link.equals(store.directory())) {
                        print("open: " + link);
                    }
                }
            }
        }

        private static String run(String what, FdStore store) throws Exception {
            return switch (what) {
                case "child" -> {
                    try (FdStore child = store.child(NAME)) {
                        yield child.names().toString();
                    }
                }
                case "set" -> {
                    try (FdSet set = store.getAll(NAME)) {
                        yield set.names().toString();
                    }
                }
                case "draft" -> {
                    try (Draft draft = store.draft(NAME)) {
                        Files.writeString(draft.directory().resolve("y"), "");
                        draft.commitReplacing();
                    }
                    try (FdStore child = store.child(NAME)) {
                        yield child.names().toString();
                    }
                }
                case "directory" -> {
                    try (FdStore child = store.child(NAME);
                            FdStore grandchild = child.createChild("z");
                            Stream<Path> list = Files.list(child.directory())) {
                        Files.createFile(grandchild.directory().resolve("w"));
                        yield "" + (list.count() == 2 && grandchild.exists("w"));
                    }
                }
                case "message" -> {
                    store.removeChild(NAME);
                    store.rename("empty", NAME);
                    yield store.get(NAME).toString();
                }
                case "mounts" -> {
                    byte[] table = ("30 22 0:40 / " + store.directory() + "/" + NAME + " rw - fdstorefs x rw\n"
                                    + "31 22 0:41 / /a rw - fdstorefs x rw\n")
                            .getBytes(UTF_8);
                    Path mountInfo = Files.write(Path.of("mountinfo"), table);
                    yield MountTable.paths(mountInfo) + "\n"
                            + Finder.of(mountInfo, "").find();
                }
                case "environment" -> FdStore.find().toString();
                case "peer" -> {
                    byte[] address = ("\1\0/run/" + NAME).getBytes(UTF_8);
                    byte[] padded = Arrays.copyOf(address, SocketAddresses.SIZE);
                    UnixDomainSocketAddress peer =
                            (UnixDomainSocketAddress) SocketAddresses.parse(padded, address.length);
                    yield "[" + peer.getPath() + "]" + (padded[0] == Linux.AF_UNIX ? "" : "?");
                }
                default -> throw new IllegalArgumentException(what);
            };
        }

        private static void print(String text) {
            byte[] bytes = (text + "\n").getBytes(UTF_8);
            System.out.write(bytes, 0, bytes.length);
            System.out.flush();
        }
    }
}
