// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.internal.Sys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SocketPairTest {
    private static final int LARGEST_WRITE = 128 * 1024 + 80;

    private static final int EMSGSIZE = 90;

    private final SocketPair sockets;
    private final ByteBuffer memory = ByteBuffer.allocateDirect(16 << 20);
    private final ByteBuffer iovecs = ByteBuffer.allocateDirect(32).order(ByteOrder.nativeOrder());

    SocketPairTest() throws Exception {
        sockets = SocketPair.create();
    }

    @AfterEach
    void close() throws Exception {
        sockets.close();
    }

    private long send(Fd end, long... lengths) {
        iovecs.clear();
        for (long length : lengths) {
            iovecs.putLong(Sys.address(memory)).putLong(length);
        }
        return Messages.send(end.intValue(), Sys.address(iovecs), lengths.length);
    }

    private long receive(int flags) {
        return receive(memory.capacity(), flags);
    }

    private long receive(int length, int flags) {
        return Messages.receive(sockets.guard().intValue(), Sys.address(memory), length, flags);
    }

    @Test
    void messagesKeepTheirBounds() {
        assertThat(send(sockets.backend(), 10, 20)).isEqualTo(30);
        assertThat(send(sockets.backend(), 5)).isEqualTo(5);

        assertThat(receive(0)).isEqualTo(30);
        assertThat(receive(0)).isEqualTo(5);
    }

    @Test
    void aMessageMayBePeekedAt() {
        send(sockets.backend(), 100);

        assertThat(receive(16, Messages.PEEK | Messages.TRUNC)).isEqualTo(100);
        assertThat(receive(16, Messages.PEEK)).isEqualTo(16);
        assertThat(receive(0)).isEqualTo(100);
    }

    @Test
    void nobodyHasToWait() {
        assertThat(receive(Messages.DONTWAIT)).isEqualTo(-Errno.EAGAIN.number());
    }

    @Test
    void whatFusePassesFits() throws Exception {
        assertThat(sockets.longestMessage()).isGreaterThan(LARGEST_WRITE);
        assertThat(send(sockets.guard(), 40, LARGEST_WRITE - 40)).isEqualTo(LARGEST_WRITE);
        assertThat(send(sockets.backend(), LARGEST_WRITE)).isEqualTo(LARGEST_WRITE);
        assertThat(receive(0)).isEqualTo(LARGEST_WRITE);
    }

    @Test
    void whatIsLongerThanTheLongestMessageIsNotSent() throws Exception {
        int longest = sockets.longestMessage();

        assertThat(send(sockets.backend(), longest + 1)).isEqualTo(-EMSGSIZE);
        assertThat(receive(Messages.DONTWAIT)).isEqualTo(-Errno.EAGAIN.number());
    }

    @Test
    void theEndIsSeenWhenTheOtherEndIsClosed() throws Exception {
        send(sockets.backend(), 7);
        sockets.backend().close();

        assertThat(receive(0)).isEqualTo(7);
        assertThat(receive(0)).isZero();
        assertThat(send(sockets.guard(), 1)).isEqualTo(-Errno.EPIPE.number());
    }

    @Test
    void theEndIsAnErrorFirstIfSomethingWasLeftUnread() throws Exception {
        send(sockets.guard(), 1);
        sockets.backend().close();

        assertThat(receive(0)).isEqualTo(-Errno.ECONNRESET.number());
        assertThat(receive(0)).isZero();
    }

    @Test
    void programsDoNotGetIt() throws Exception {
        assertThat(sockets.guard().isCloseOnExec()).isTrue();
        assertThat(sockets.backend().isCloseOnExec()).isTrue();
    }
}
