// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.OpenFlag;
import org.fdstorefs.exec.Program;
import org.fdstorefs.internal.Linux;
import org.fdstorefs.internal.MountSys;
import org.fdstorefs.internal.Sys;
import org.fdstorefs.internal.SyscallNumber;
import org.fdstorefs.internal.SystemCall;

/**
 * A server in a JVM of its own, which gets the socket as servers do, and answers questions on it:
 * {@code descriptor|mount PLACE}. It does not need {@code /dev/fuse}: any file will do to be replaced.
 */
final class FakeServer {
    private static final int MOUNT_FAILED = 100;
    private static final int MAX = 4096;
    private static final String DESCRIPTORS = "/dev/fd/";

    private final String place;
    private final int fd;

    private FakeServer(String place, int fd) {
        this.place = place;
        this.fd = fd;
    }

    /** The command that starts one. */
    static Command command(String way) {
        return Command.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Djna.platform.library.path=/nonexistent", // else JNA starts ldconfig(8)
                "-cp",
                classes(),
                FakeServer.class.getName(),
                way,
                Command.PLACE);
    }

    private static String classes() {
        // Surefire runs the tests as a module, which has a path of its own.
        List<String> paths = List.of(
                System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path", ""),
                Path.of("target/classes").toAbsolutePath().toString(),
                Path.of("target/test-classes").toAbsolutePath().toString());
        return String.join(":", paths.stream().filter(path -> !path.isEmpty()).toList());
    }

    /** The exit status of a server whose mount failed so. */
    static int mountFailed(Errno errno) {
        return MOUNT_FAILED + errno.number();
    }

    public static void main(String[] args) throws Exception {
        String place = args[1];
        if (args[0].equals("descriptor")) {
            new FakeServer(place, Integer.parseInt(place.substring(DESCRIPTORS.length()))).run();
        } else {
            Fd device = Fd.open(Path.of("/dev/null"), OpenFlag.READ, OpenFlag.WRITE);
            FakeServer server = new FakeServer(place, device.intValue());
            int errno = server.mount(place, "fuse.test");
            if (errno != 0) {
                System.exit(MOUNT_FAILED + errno);
            }
            server.run();
            device.close();
        }
    }

    private int mount(String target, String type) {
        String options = "rootmode=40000,fd=" + fd + ",user_id=0,group_id=0";
        return -MountSys.system().mount(bytes("source"), bytes(target), bytes(type), 0, bytes(options));
    }

    private static byte[] bytes(String string) {
        return string.getBytes(UTF_8);
    }

    private void run() throws Exception {
        byte[] question = new byte[MAX];
        long length = Sys.system().read(fd, question, MAX);
        while (length > 0) {
            byte[] answer = bytes(answer(new String(question, 0, (int) length, UTF_8)));
            Sys.system().write(fd, answer, answer.length);
            length = Sys.system().read(fd, question, MAX);
        }
    }

    private String answer(String question) throws Exception {
        String[] words = question.split(" ");
        return switch (words[0]) {
            case "mount" -> name(mount(words[1], words[2]));
            case "unmount" -> name(-MountSys.system().umount(bytes(words[1]), 0));
            case "vmsplice" -> name((int) -vmsplice());
            case "fsopen" -> name(-MountSys.system().fsopen(bytes("tmpfs"), 0));
            case "place" -> place;
            case "environment" -> String.valueOf(System.getenv(words[1]));
            case "flags" -> Integer.toString(Sys.system().fcntl(fd, Linux.F_GETFD, 0));
            case "stdin" -> Path.of("/proc/self/fd/0").toRealPath().toString();
            case "privileges" -> field("NoNewPrivs");
            case "start" -> Long.toString(Program.of("sleep", "1000").spawn().pid());
            default -> question;
        };
    }

    /** vmsplice(2) of no file: what it gives, or the negated errno. */
    static long vmsplice() {
        return SystemCall.make(SyscallNumber.VMSPLICE, -1, 0, 0, 0, 0, 0);
    }

    private static String name(int errno) {
        return errno <= 0 ? "OK" : Errno.nameOf(errno);
    }

    private static String field(String name) throws Exception {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }
    }
}
