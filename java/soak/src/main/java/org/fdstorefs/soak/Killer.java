// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Kills servers at random moments, and measures how long it takes until the next one answers.
 *
 * <p>Now and then it also kills the successor, at a random moment of the time that a takeover usually
 * takes.
 */
final class Killer implements AutoCloseable {
    private final Options options;
    private final Fleet fleet;
    private final Locks locks;
    private final Prober prober;
    private final Gate gate;
    private final Random random;
    private final Times firstAnswers = new Times();
    private final ExecutorService asking = Executors.newSingleThreadExecutor(runnable -> {
        Thread thread = new Thread(runnable, "asking");
        thread.setDaemon(true);
        thread.setPriority(Thread.MAX_PRIORITY); // it measures
        return thread;
    });
    private int killed;
    private int successors;

    Killer(Options options, Fleet fleet, Prober prober, Gate gate) throws IOException {
        this.options = requireNonNull(options, "options is null");
        this.fleet = requireNonNull(fleet, "fleet is null");
        this.locks = Locks.of(options.store());
        this.prober = requireNonNull(prober, "prober is null");
        this.gate = requireNonNull(gate, "gate is null");
        this.random = new Random(options.seed());
    }

    int killed() {
        return killed;
    }

    /** How many of them were killed just when they took over. */
    int successors() {
        return successors;
    }

    /** The times from a SIGKILL to the end of the first operation that was begun after it. */
    Times firstAnswers() {
        return firstAnswers;
    }

    /** Kills the server that serves, once there is one to follow it; false if that did not work. */
    boolean kill() throws IOException, InterruptedException {
        boolean twice = options.kills() - killed >= 2 && random.nextInt(100) < options.twice();
        int needed = Math.max(options.ready(), twice ? 2 : 1);
        boolean alreadyThere = fleet.standing() >= needed;
        long begin = System.nanoTime();
        if (!prepare(needed)) {
            return false;
        }
        // A start that nobody has to wait for is part of the interval.
        pause(nextInterval() - (alreadyThere ? System.nanoTime() - begin : 0));
        return kill(twice);
    }

    private boolean kill(boolean twice) throws IOException, InterruptedException {
        Optional<Long> victim = locks.holder();
        long begin = System.nanoTime();
        if (!fleet.killActive()) {
            return false;
        }
        Future<Duration> answer = asking.submit(() -> {
            prober.ask();
            return Duration.ofNanos(System.nanoTime() - begin);
        });
        killed++;
        if (twice) {
            killSuccessor(victim);
        }
        return follow(answer, !twice);
    }

    private long nextInterval() {
        Options.Interval interval = options.interval();
        return TimeUnit.MILLISECONDS.toNanos(interval.least() + random.nextInt(interval.most() - interval.least() + 1));
    }

    /**
     * Waits for standbys. Workloads of our own rest until then: a standby would take long to start if
     * they kept the processors busy.
     */
    private boolean prepare(int standbys) throws IOException, InterruptedException {
        fleet.refill(); // not before the takeover is over, which needs the processors
        if (fleet.standing() < options.ready()) {
            gate.close();
        }
        boolean prepared = fleet.awaitServing() && fleet.awaitStanding(standbys);
        gate.open();
        return prepared;
    }

    private void killSuccessor(Optional<Long> victim) throws IOException, InterruptedException {
        pause((long) (random.nextDouble() * firstAnswers.percentile(50).toNanos()));
        long deadline = System.nanoTime() + options.hang().toNanos();
        while (System.nanoTime() < deadline) {
            Optional<Long> successor = locks.holder();
            if (successor.isPresent() && !successor.equals(victim)) {
                if (fleet.kill(successor.get())) {
                    killed++;
                    successors++;
                }
                return;
            }
        }
    }

    private boolean follow(Future<Duration> answer, boolean count) throws InterruptedException {
        boolean served = fleet.awaitServing();
        try {
            Duration time = answer.get(options.hang().toMillis(), TimeUnit.MILLISECONDS);
            if (count) {
                firstAnswers.add(time);
            }
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return served;
    }

    private static void pause(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos);
    }

    @Override
    public void close() {
        asking.shutdownNow();
    }
}
