// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.wire.Opcode;
import org.fdstorefs.fuse.wire.RequestHeader;
import org.fdstorefs.fuse.workers.Killed;
import org.fdstorefs.guard.state.Commits;
import org.fdstorefs.guard.state.GuardState;

/** A guard in this process, which may die and have a successor; and the one request that is in its journal. */
final class TestGuard implements AutoCloseable {
    private static final int ROOM = 64 * 1024;
    static final int MAX_DEATHS = 8;

    private final IntFunction<Life> births;
    private final Fate fate;
    private final Habits habits;
    private final ByteBuffer out = ByteBuffer.allocateDirect(ROOM).order(ByteOrder.nativeOrder());
    private GuardState state;
    private Gate gate;
    private GuardEngine engine;
    private TestKeeper keeper;
    private int lives;
    private long unique;

    TestGuard(IntFunction<Life> births, Fate fate, Habits habits) throws IOException {
        this.births = births;
        this.fate = fate;
        this.habits = habits;
        state = GuardState.create("token");
        state.init(offer());
        begin(false);
    }

    private static byte[] offer() throws FuseException {
        int all = 0x7FFFFFFF;
        byte[] body = Ask.request(Opcode.INIT, 0, 7, 40, 65536, all, new byte[48]);
        ByteBuffer in = ByteBuffer.wrap(body).order(ByteOrder.nativeOrder());
        return Negotiation.offer(in.position(Wire.IN_HEADER));
    }

    private void begin(boolean leftOver) {
        Commits.see(state, fate::record);
        gate = new Gate();
        engine = new GuardEngine(
                state,
                gate,
                () -> {
                    throw new FuseException(Errno.EIO);
                },
                MAX_DEATHS,
                habits);
        keeper = new TestKeeper(state, gate, engine, births, lives, leftOver);
    }

    GuardState state() {
        return state;
    }

    Gate gate() {
        return gate;
    }

    GuardEngine engine() {
        return engine;
    }

    TestKeeper keeper() {
        return keeper;
    }

    /** The next request gets another number. */
    void nextRequest() {
        unique += 2;
    }

    /** Answers a request, by successors if the guard dies. */
    Answer ask(byte[] request) throws IOException, InterruptedException {
        nextRequest();
        TestJournal journal = new TestJournal();
        Optional<Answer> answer = dispatch(request, false, journal);
        while (answer.isEmpty()) {
            answer = takeOver(request, journal);
        }
        return answer.get();
    }

    /** The answer, unless the guard was killed. */
    Optional<Answer> dispatch(byte[] request, boolean replayed, TestJournal journal) {
        ByteBuffer in = ByteBuffer.allocateDirect(request.length).order(ByteOrder.nativeOrder());
        in.put(request).flip().putLong(Wire.UNIQUE, unique);
        RequestHeader header = RequestHeader.read(in);
        try {
            int length = engine.dispatch(header, in, replayed, journal, out);
            return fate.isGuardDead() ? Optional.empty() : Optional.of(answer(length));
        } catch (Killed e) {
            return Optional.empty();
        }
    }

    private Answer answer(int length) {
        if (out.getInt(0) != length || out.getLong(Wire.UNIQUE) != unique) {
            throw new AssertionError("the header of a reply is wrong");
        }
        return Answer.of(out, length);
    }

    /** Another guard takes over what a killed one has left, and answers the request that is in its journal. */
    Optional<Answer> takeOver(byte[] request, TestJournal journal) throws IOException, InterruptedException {
        adopt(Set.of(unique), true);
        boolean first = GuardEngine.comesFirst(
                RequestHeader.read(ByteBuffer.wrap(request).order(ByteOrder.nativeOrder()))
                        .opcode());
        if (!first) {
            keeper.namesAreDone();
        }
        journal.attempt();
        Optional<Answer> answer = dispatch(request, true, journal);
        if (first) {
            keeper.namesAreDone();
        }
        return answer;
    }

    /** Another guard takes over; nobody waits for an answer. */
    void takeOver() throws IOException, InterruptedException {
        adopt(Set.of(), false);
    }

    private void adopt(Set<Long> unanswered, boolean leftOver) throws IOException, InterruptedException {
        keeper.end();
        lives = keeper.lives();
        fate.nextGuard();
        GuardState old = state;
        state = GuardState.adopt(old.fd().dup());
        old.close();
        state.releaseUnanswered(unanswered);
        begin(leftOver);
    }

    void forget(long node) throws IOException, InterruptedException {
        awaitLife();
        engine.forget(node);
    }

    /** Returns when a server can be asked; if the guard dies meanwhile, another one takes over. */
    void awaitLife() throws IOException, InterruptedException {
        while (true) {
            try {
                gate.leave(gate.enter(false, false));
                return;
            } catch (FuseException e) {
                if (!fate.isGuardDead()) {
                    throw new AssertionError("there is no server", e);
                }
                takeOver();
            }
        }
    }

    /** Kills the server; the next one is ready when this returns. */
    void killServer() throws IOException, InterruptedException {
        keeper.current().kill();
        ask(Ask.attributes(1));
        awaitLife();
    }

    @Override
    public void close() throws IOException {
        keeper.end();
        Commits.discard(state);
        state.close();
    }
}
