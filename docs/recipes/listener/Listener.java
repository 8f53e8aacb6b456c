// SPDX-License-Identifier: Apache-2.0
import java.net.*;
import java.nio.ByteBuffer;
import java.nio.channels.*;
import java.nio.file.Path;
import org.fdstorefs.*;

/** Listener STORE PORT says hello to whoever connects. Kill it, and start it again: nobody is refused. */
class Listener {
    public static void main(String[] args) throws Exception {
        try (FdStore store = FdStore.open(Path.of(args[0]));
                Fd found = store.find("listener").orElse(null);
                ServerSocketChannel listener =
                        found != null ? found.newServerSocketChannel() : ServerSocketChannel.open()) {
            if (found == null) { // the first one, which listens and only then has something to put
                listener.bind(new InetSocketAddress(Integer.parseInt(args[1])));
                try (Fd fd = Fd.duplicate(listener)) {
                    store.put("listener", fd);
                }
            }
            while (true) {
                try (SocketChannel client = listener.accept()) {
                    String hello = "hello from process " + ProcessHandle.current().pid() + "\n";
                    client.write(ByteBuffer.wrap(hello.getBytes()));
                }
            }
        }
    }
}
