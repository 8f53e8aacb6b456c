// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.Request;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each operation is killed before and after each of its steps on the host, and its replay after each
 * of its own; in the end the answer and the tree must be those of a server that lived.
 */
class ReplayAnywhereTest {
    /** The moment when the work is done and the answer not given. */
    private static final int DONE = Integer.MAX_VALUE;

    @TempDir
    Path directory;

    private int worlds;

    static List<Operation> operations() {
        return Operation.all();
    }

    /** How it ended: what was answered, and the tree. */
    private record Outcome(String answer, String tree) {}

    @ParameterizedTest
    @MethodSource("operations")
    void aKilledServerIsNotNoticed(Operation operation) throws IOException, FuseException {
        Outcome undisturbed = run(operation, -1, -1).orElseThrow();

        int moments = 0;
        for (Optional<Outcome> outcome = run(operation, 0, -1); outcome.isPresent(); moments++) {
            assertThat(outcome.get()).as("killed at %s", moments).isEqualTo(undisturbed);
            outcome = run(operation, moments + 1, -1);
        }
        assertThat(moments).as("moments to be killed at").isGreaterThan(0);
        assertThat(run(operation, DONE, -1)).as("killed before it answered").contains(undisturbed);
        assertThat(run(operation, DONE, DONE)).as("killed so twice").contains(undisturbed);
        for (int first = 1; first < moments; first += 2) {
            int second = 1;
            for (Optional<Outcome> outcome = run(operation, first, 1); outcome.isPresent(); second += 2) {
                assertThat(outcome.get())
                        .as("killed at %s and %s", first, second)
                        .isEqualTo(undisturbed);
                outcome = run(operation, first, second + 2);
            }
        }
    }

    /**
     * Runs an operation, killed at one moment or two.
     *
     * @return empty if a moment never came
     */
    private Optional<Outcome> run(Operation operation, int first, int second) throws IOException, FuseException {
        World world = new World(Files.createDirectory(directory.resolve("world-" + worlds++)));
        Requests request = world.maker().about(world.node(operation.about()));
        Mirror last = world.maker();
        boolean replayed = false;
        for (int moment : new int[] {first, second}) {
            if (moment >= 0) {
                last.close();
                FragileFiles host = FragileFiles.of(LinuxFiles.open(world.source()));
                last = new Mirror(last, host.files());
                if (!replayed) {
                    world.show(last);
                }
                last.files();
                host.killAt(moment);
                Request again = replayed ? request.replayed() : request.first();
                if (!isKilled(operation, world, last, again) && moment != DONE) {
                    last.close();
                    return Optional.empty();
                }
                replayed = true;
            }
        }
        if (replayed) {
            last.close();
            last = new Mirror(last);
        }
        String answer = answer(operation, world, last, replayed ? request.replayed() : request.first());
        Outcome outcome = new Outcome(answer, world.describe(last));
        last.end();
        assertThat(world.source().resolve(".fdstorefs-removed")).doesNotExist();
        last.close();
        return Optional.of(outcome);
    }

    private static boolean isKilled(Operation operation, World world, Mirror server, Request request) {
        try {
            answer(operation, world, server, request);
            return false;
        } catch (FragileFiles.Killed e) {
            return true;
        }
    }

    private static String answer(Operation operation, World world, Mirror server, Request request) {
        try {
            return world.describe(operation.work().run(server.files(), request, world));
        } catch (FuseException e) {
            return e.getMessage();
        }
    }
}
