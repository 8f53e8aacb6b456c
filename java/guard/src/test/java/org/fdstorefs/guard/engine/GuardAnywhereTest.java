// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.fdstorefs.guard.engine.ToyFiles.Kind;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Server and guard are killed wherever they can be while each operation is worked on; in the end the
 * answer, what is open, and what is on the disk must be those of a run without a kill.
 */
@Timeout(30)
class GuardAnywhereTest {
    private static final int STRIDE = 17;

    static Stream<Arguments> operations() {
        return Operation.all().stream()
                .flatMap(operation -> Stream.of(Kind.values())
                        .filter(kind -> !isUnknowable(operation, kind))
                        .map(kind -> Arguments.of(operation, kind)));
    }

    /** Files without inode numbers that change their places. */
    private static boolean isUnknowable(Operation operation, Kind kind) {
        return kind == Kind.NAMES
                && operation.name().endsWith("exchanging")
                && !operation.name().contains("full");
    }

    /** Arranges who is killed when. */
    private record Plan(boolean guard, int first, int... others) {
        void begin(Fate fate) {
            if (guard) {
                fate.killGuardAt(first, others);
            } else {
                fate.killServerAt(first, others);
            }
        }

        int kills() {
            return first == Fate.NEVER ? 0 : 1 + others.length;
        }

        @Override
        public String toString() {
            return (guard ? "the guard" : "the server") + " killed at " + first + " and " + Arrays.toString(others);
        }
    }

    /** What came of it; empty if a moment never came. */
    private static Optional<String> run(Operation operation, Kind kind, Plan plan)
            throws IOException, InterruptedException {
        try (World world = new World(kind)) {
            byte[] request = operation.request().apply(world);
            plan.begin(world.fate());
            Answer answer = world.guard().ask(request);
            world.guard().awaitLife();
            if (world.fate().kills() < plan.kills()) {
                return Optional.empty();
            }
            return Optional.of(describe(operation, world, answer));
        }
    }

    private static String describe(Operation operation, World world, Answer answer)
            throws IOException, InterruptedException {
        world.fate().spare();
        return world.describe(operation, answer) + "\n" + world.aftermath();
    }

    private static String undisturbed(Operation operation, Kind kind) throws IOException, InterruptedException {
        return run(operation, kind, new Plan(false, Fate.NEVER)).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aKilledServerIsNotNoticed(Operation operation, Kind kind) throws IOException, InterruptedException {
        String expected = undisturbed(operation, kind);

        boolean came = true;
        for (int first = 0; came; first++) {
            came = check(expected, operation, kind, new Plan(false, first));
            boolean again = came && isSampled(operation, kind, first);
            for (int second = first * 5 % STRIDE; again; second += STRIDE) {
                again = check(expected, operation, kind, new Plan(false, first, second));
            }
        }
    }

    /** One of three, since all would take too long. */
    private static boolean isSampled(Operation operation, Kind kind, int moment) {
        return (operation.name() + kind + moment).hashCode() % 3 == 0;
    }

    /** False if a moment never came. */
    private static boolean check(String expected, Operation operation, Kind kind, Plan plan)
            throws IOException, InterruptedException {
        Optional<String> outcome = run(operation, kind, plan);
        outcome.ifPresent(it -> assertThat(it).as(plan.toString()).isEqualTo(expected));
        return outcome.isPresent();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aKilledGuardIsNotNoticed(Operation operation, Kind kind) throws IOException, InterruptedException {
        String expected = undisturbed(operation, kind);

        boolean came = true;
        for (int first = 0; came; first++) {
            int second = (first * 7 + operation.name().length()) % 60;
            came = check(expected, operation, kind, new Plan(true, first));
            if (came) {
                check(expected, operation, kind, new Plan(true, first, second));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void whoIsKilledBeforeOrAfterTheWorkIsNotNoticed(Operation operation, Kind kind)
            throws IOException, InterruptedException {
        String expected = undisturbed(operation, kind);
        try (World world = new World(kind)) {
            Answer answer = world.guard().ask(operation.request().apply(world));
            world.guard().killServer();
            assertThat(describe(operation, world, answer))
                    .as("the server, afterwards")
                    .isEqualTo(expected);
        }
        try (World world = new World(kind)) {
            Answer answer = world.guard().ask(operation.request().apply(world));
            world.guard().takeOver();
            assertThat(describe(operation, world, answer))
                    .as("the guard, afterwards")
                    .isEqualTo(expected);
        }
        try (World world = new World(kind)) {
            byte[] request = operation.request().apply(world);
            TestJournal journal = new TestJournal();
            world.guard().nextRequest();
            world.guard().dispatch(request, false, journal);
            Answer answer = world.guard().takeOver(request, journal).orElseThrow();
            assertThat(describe(operation, world, answer))
                    .as("the guard, before it answered")
                    .isEqualTo(expected);
        }
        try (World world = new World(kind)) {
            world.guard().nextRequest();
            Answer answer = world.guard()
                    .takeOver(operation.request().apply(world), new TestJournal())
                    .orElseThrow();
            assertThat(describe(operation, world, answer))
                    .as("the guard, before it began")
                    .isEqualTo(expected);
        }
    }
}
