// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A daemon of the distribution, and systemd's starter of daemons, with sockets in a store. */
@Tag("program")
@Tag("long")
class ServiceIT {
    private static final int KILLS = 4;

    @RegisterExtension
    final MountedStore mounted = new MountedStore();

    @TempDir
    Path directory;

    private Shell shell;

    @BeforeEach
    void makePage() throws Exception {
        shell = new Shell(directory, mounted.directory());
        Files.writeString(directory.resolve("page"), "hello");
    }

    @Test
    void noConnectionIsRefusedWhileAWebServerIsKilledAndStartedAgain() throws Exception {
        TcpListener listener = TcpListener.open();
        try (Fd fd = listener.fd()) {
            mounted.store().put("web", fd);
        }
        String configuration = configuration(listener.port());

        try (WebClient client = new WebClient(listener.port())) {
            for (int i = 0; i < KILLS; i++) {
                Process server = shell.start(
                        "fdstore", "exec", "--listen-fds", "web", "--", "lighttpd", "-D", "-f", configuration);
                client.awaitAnswers(20);
                assertThat(client.refused()).isZero();
                server.destroyForcibly().waitFor();
            }
            Process last =
                    shell.start("fdstore", "exec", "--listen-fds", "web", "--", "lighttpd", "-D", "-f", configuration);
            client.awaitAnswers(20);
            client.end();
            last.destroyForcibly().waitFor();

            assertThat(client.refused()).isZero();
            // At most the one page that a server was just sending when it was killed.
            assertThat(client.broken()).isLessThanOrEqualTo(KILLS);
        }
    }

    @Test
    void whatSystemdPassesIsImportedAndExportedToAServer() throws Exception {
        int port = freePort();
        Process starter = shell.start(
                "systemd-socket-activate",
                "-l",
                "127.0.0.1:" + port,
                "--fdname=x",
                "-E",
                "FDSTORE_PATH",
                "-E",
                "FDSTORE_JAVA",
                "fdstore",
                "import",
                "web");
        try (Socket first = connect(port)) {
            // That connection started the import, and waits.
            assertThat(starter.waitFor()).isZero();
            try (FdStore web = FdStore.open(mounted.path("web"))) {
                assertThat(web.names()).containsExactly("0.x");
            }

            Process server = shell.start("fdstore", "export", "web", "--", "lighttpd", "-D", "-f", configuration(port));
            first.getOutputStream().write("GET /page HTTP/1.0\r\n\r\n".getBytes(UTF_8));
            assertThat(first.getInputStream().readAllBytes()).asString().endsWith("hello");
            server.destroyForcibly().waitFor();
        }
        assertThat(shell.run("fdstore export web -- sh -c 'echo $LISTEN_FDS $LISTEN_FDNAMES $((LISTEN_PID - $$))'"))
                .isEqualTo(new Shell.Outcome(0, "1 x 0\n", ""));
        removeSet("web");
    }

    @Test
    void systemdStartsAServerThatImportsItsSocketOnTheWay() throws Exception {
        int port = freePort();
        Process server = shell.start(
                "systemd-socket-activate",
                "-l",
                "127.0.0.1:" + port,
                "--fdname=x",
                "-E",
                "FDSTORE_PATH",
                "-E",
                "FDSTORE_JAVA",
                "fdstore",
                "import",
                "web",
                "--",
                "lighttpd",
                "-D",
                "-f",
                configuration(port));
        try (Socket first = connect(port)) {
            first.getOutputStream().write("GET /page HTTP/1.0\r\n\r\n".getBytes(UTF_8));
            assertThat(first.getInputStream().readAllBytes()).asString().endsWith("hello");
        }
        server.destroyForcibly().waitFor();

        // The store has the socket, so that this is no error.
        try (Socket second = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(second.isConnected()).isTrue();
        }
        removeSet("web");
    }

    /** Connects as soon as somebody listens. */
    private static Socket connect(int port) throws Exception {
        while (true) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (ConnectException e) {
                Thread.onSpinWait();
            }
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void removeSet(String name) throws Exception {
        try (FdStore set = FdStore.open(mounted.path(name))) {
            for (String each : set.names()) {
                set.remove(each);
            }
        }
        Files.delete(mounted.path(name));
    }

    private String configuration(int port) throws Exception {
        return Files.writeString(directory.resolve("lighttpd.conf"), """
                        server.document-root = "%s"
                        server.bind = "127.0.0.1"
                        server.port = %d
                        server.systemd-socket-activation = "enable"
                        server.upload-dirs = ( "%s" )
                        """.formatted(directory, port, directory))
                .toString();
    }
}
