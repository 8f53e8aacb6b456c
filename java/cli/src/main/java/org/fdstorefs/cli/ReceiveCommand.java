// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.fdstorefs.exec.Program;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Gets descriptors, in one way or the other, and becomes a program that has them. */
@Command(
        exitCodeOnInvalidInput = ExitCode.EXEC_FAILED,
        exitCodeOnExecutionException = ExitCode.EXEC_FAILED,
        exitCodeList = {
            "125:fdstore itself failed",
            "126:the program was found but could not be run",
            "127:the program was not found",
            "else:the program's own",
        })
abstract class ReceiveCommand implements Callable<Integer> {
    private final Exec exec;
    private final List<String> program;

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Fdstore fdstore;

    @Option(
            names = "--listen-fds",
            description = "pass the descriptors to the program as a service manager does: from 3 on, in the order of"
                    + " the names, with LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES in its environment; after those that"
                    + " a service manager has passed to fdstore, if there are any. What follows a"
                    + " = in an argument is then the name in LISTEN_FDNAMES; by default it is that of the entry.")
    private boolean listenFds;

    @Parameters(
            paramLabel = "NAME[=N]",
            arity = "1..*",
            description = "the entry, and the number that its descriptor gets, replacing any that is open there;"
                    + " without a number it gets the lowest one from 3 on that is free. A name that itself"
                    + " ends in = and digits needs a number.")
    private List<String> names;

    ReceiveCommand(Exec exec, List<String> program) {
        this.exec = exec;
        this.program = program;
    }

    /** The exit code, if it is clear beforehand that the program cannot be run. */
    abstract OptionalInt refuse(Fdstore fdstore, List<Request> requests, Program program) throws IOException;

    /** Gets the descriptor of one entry. */
    abstract Received receive(Place place, Request request) throws IOException;

    /** The program did not start: closes the descriptor, and undoes what {@link #receive} did. */
    abstract void giveUp(Fdstore fdstore, Received received) throws IOException;

    @Override
    public Integer call() throws IOException {
        List<Request> requests = requests();
        List<Received> received = new ArrayList<>();
        try (Handover handover = listenFds ? exec.handover(requests.size()) : Handover.none()) {
            Program all = handover.give(exec.program(program));
            OptionalInt refusal = refuse(fdstore, requests, all);
            if (refusal.isPresent()) {
                return refusal.getAsInt();
            }
            for (Request request : requests) {
                try (Place place = Place.open(fdstore, request.name())) {
                    Received one = receive(place, request);
                    received.add(one);
                    all = request.give(all, one.fd());
                }
            }
            return exec.become(all);
        } finally {
            for (Received each : received) {
                giveUp(fdstore, each);
            }
        }
    }

    private List<Request> wishes() throws IOException {
        List<Wish> wishes = Wish.parse(names);
        for (Wish wish : wishes) {
            if (wish.target().isPresent()) {
                Handover.requireNotPassed(wish.target().getAsInt());
            }
        }
        return List.copyOf(wishes);
    }

    private List<Request> requests() throws IOException {
        if (program.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "a program is missing: " + spec.name() + " NAME... -- PROGRAM");
        }
        try {
            return listenFds ? ListenRequest.parse(names) : wishes();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
