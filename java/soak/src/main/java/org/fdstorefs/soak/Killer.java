// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.soak;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

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
    private final Map<Victim, Times> answers = new EnumMap<>(Victim.class);
    private final Map<Victim, Integer> victims = new EnumMap<>(Victim.class);
    private final ExecutorService asking = Executors.newSingleThreadExecutor(runnable -> {
        Thread thread = new Thread(runnable, "asking");
        thread.setDaemon(true);
        thread.setPriority(Thread.MAX_PRIORITY); // it measures
        return thread;
    });
    private int killed; // with successors
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

    /** How often each kind of victim was killed, as {@code key=value}. */
    String victims() {
        return victims.entrySet().stream()
                .map(entry -> entry.getKey().name().toLowerCase(Locale.ROOT) + ":" + entry.getValue())
                .collect(Collectors.joining(",", "victims=", ""));
    }

    /** The times from the SIGKILL of such a victim to the end of the first operation that was begun after it. */
    Times firstAnswers(Victim victim) {
        return answers.computeIfAbsent(victim, none -> new Times());
    }

    /** Kills what serves, once there is something to follow it; false if that did not work. */
    boolean kill() throws IOException, InterruptedException {
        List<Victim> choice = options.victims();
        Victim victim = choice.get(choice.size() == 1 ? 0 : random.nextInt(choice.size()));
        boolean twice =
                victim != Victim.BACKEND && options.kills() - killed >= 2 && random.nextInt(100) < options.twice();
        int needed = victim == Victim.BACKEND ? 0 : Math.max(options.ready(), twice ? 2 : 0);
        boolean alreadyThere = fleet.standing() >= needed;
        long begin = System.nanoTime();
        if (!prepare(needed)) {
            return false;
        }
        // A start that nobody has to wait for is part of the interval.
        pause(nextInterval() - (alreadyThere ? System.nanoTime() - begin : 0));
        return kill(victim, twice);
    }

    private boolean kill(Victim victim, boolean twice) throws IOException, InterruptedException {
        if (!fleet.awaitServing()) {
            return false;
        }
        Optional<Long> holder = locks.holder();
        boolean backendFirst = victim == Victim.BOTH && random.nextBoolean();
        long begin = System.nanoTime();
        boolean done = switch (victim) {
            case GUARD -> fleet.killActive();
            case BACKEND -> fleet.killBackend();
            case BOTH -> fleet.killBoth(backendFirst);
        };
        if (!done) {
            return false;
        }
        Future<Duration> answer = asking.submit(() -> {
            prober.ask();
            return Duration.ofNanos(System.nanoTime() - begin);
        });
        killed++;
        victims.merge(victim, 1, Integer::sum);
        if (options.ready() == 0) {
            fleet.refill(); // there may be nobody to take over
        }
        if (twice) {
            killSuccessor(holder);
        }
        return follow(answer, twice ? new Times() : firstAnswers(victim));
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
        if (fleet.standing() < Math.min(standbys, options.ready())) {
            gate.close();
        }
        boolean prepared = fleet.awaitServing() && fleet.awaitStanding(standbys);
        gate.open();
        return prepared;
    }

    private void killSuccessor(Optional<Long> victim) throws IOException, InterruptedException {
        pause((long)
                (random.nextDouble() * firstAnswers(Victim.GUARD).percentile(50).toNanos()));
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

    private boolean follow(Future<Duration> answer, Times times) throws InterruptedException {
        boolean served = fleet.awaitServing();
        try {
            times.add(answer.get(options.hang().toMillis(), TimeUnit.MILLISECONDS));
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
