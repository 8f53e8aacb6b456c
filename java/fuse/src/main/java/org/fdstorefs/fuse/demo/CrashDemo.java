// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Kills servers of a mounted directory again and again while workers use it. Exits with 0 only if
 * no worker noticed.
 *
 * <p>Each server is killed after a number of operations, when the next one stands by; what it was
 * doing then is chance.
 */
public final class CrashDemo {
    private static final int WORKERS = 2;
    private static final int OPERATIONS_BEFORE_KILL = 20;
    private static final int OPERATIONS_AFTER_TAKEOVER = 5;
    private static final int KILLS_PER_LINE = 5;
    private static final Duration HANGING = Duration.ofSeconds(60);

    private final List<String> serve;
    private final Path mount;
    private final int kills;
    private final Gate gate = new Gate();
    private final Score score = new Score();
    private final long begin = System.nanoTime();
    private int killed;
    private int takeovers;
    private int leftBehind;

    private CrashDemo(Path mount, int kills, List<String> serve) {
        this.mount = mount;
        this.kills = kills;
        this.serve = serve;
    }

    /** Takes the mount point, the number of kills, and the command that starts a server. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length < 3) {
            System.err.println("usage: CrashDemo MOUNT KILLS SERVER-COMMAND...");
            System.exit(2);
        }
        List<String> serve = List.of(args).subList(2, args.length);
        System.exit(new CrashDemo(Path.of(args[0]), Integer.parseInt(args[1]), serve).run() ? 0 : 1);
    }

    private boolean run() throws IOException, InterruptedException {
        ServerProcess active = ServerProcess.start(serve);
        active.await("serving");
        ServerProcess standby = startStandby();
        List<Worker> workers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            workers.add(new Worker(mount.resolve("worker-" + i), gate, score, i));
            threads.add(new Thread(workers.get(i), "worker " + i));
            threads.get(i).setDaemon(true); // one that hangs must not keep this process
            threads.get(i).start();
        }
        boolean alive = true;
        while (killed < kills && alive) {
            alive = score.await(OPERATIONS_BEFORE_KILL, HANGING);
            active.kill();
            killed++;
            takenOver(standby.await("took over"));
            active = standby;
            if (killed % KILLS_PER_LINE == 0) {
                report();
            }
            alive &= score.await(OPERATIONS_AFTER_TAKEOVER, HANGING);
            standby = startStandby();
        }
        workers.forEach(Worker::stop);
        for (Thread thread : threads) {
            thread.join(HANGING.toMillis());
            alive &= !thread.isAlive();
        }
        standby.kill();
        active.kill();
        report();
        score.failures().forEach(System.out::println);
        if (!alive) {
            System.out.println("an operation hangs");
        }
        return alive && score.isClean() && takeovers == kills;
    }

    /**
     * Starts the next server. The workers rest until it stands by: it would take long if they kept
     * the processors busy.
     */
    private ServerProcess startStandby() throws IOException {
        gate.close();
        List<String> arguments = new ArrayList<>(serve);
        arguments.add("--standby");
        ServerProcess standby = ServerProcess.start(arguments);
        standby.await("standing by");
        gate.open();
        return standby;
    }

    private void takenOver(String line) {
        takeovers++;
        if (line.contains("left behind")) {
            leftBehind++;
        }
    }

    private void report() {
        System.out.printf(
                Locale.ROOT,
                "  t=%5.1fs kills=%d takeovers=%d finished-by-successor=%d %s%n",
                (System.nanoTime() - begin) / 1e9,
                killed,
                takeovers,
                leftBehind,
                score);
    }
}
