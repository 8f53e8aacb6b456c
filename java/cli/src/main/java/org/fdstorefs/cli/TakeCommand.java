// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.fdstorefs.Errno;
import org.fdstorefs.Fd;
import org.fdstorefs.PutOption;
import org.fdstorefs.exec.Program;
import picocli.CommandLine.Command;

@Command(
        header = "Empty entries, and run a program with what they held.",
        customSynopsis = "fdstore take [-s DIR] [--listen-fds] NAME[=N]... -- PROGRAM [ARGUMENT...]",
        description = {
            "",
            "Like get, but if several programs take from an entry at the same time, only one gets what it holds. Nothing is"
                    + " taken for a program that is missing or not executable. If the program cannot be run for another"
                    + " reason, what was taken is put back as it was put, except for an anchor, which cannot be read back;"
                    + " fdstore then says so.",
            "",
        })
final class TakeCommand extends ReceiveCommand {
    private final Exec exec;
    private final Console console;

    TakeCommand(Exec exec, List<String> program, Console console) {
        super(exec, program);
        this.exec = exec;
        this.console = console;
    }

    @Override
    OptionalInt refuse(Fdstore fdstore, List<Request> requests, Program program) throws IOException {
        OptionalInt code = exec.check(program);
        if (code.isEmpty()) {
            for (Request request : requests) {
                try (Place place = Place.open(fdstore, request.name())) {
                    place.store().get(place.name()).close(); // or it cannot be taken either
                }
            }
        }
        return code;
    }

    @Override
    Received receive(Place place, Request request) throws IOException {
        Optional<HowPut> how = how(place);
        return new Received(request, place.store().take(place.name()), how);
    }

    private static Optional<HowPut> how(Place place) throws IOException {
        try {
            return Optional.of(HowPut.of(place.store().info(place.name())));
        } catch (AccessDeniedException e) {
            return Optional.empty(); // one may take what one may not look at
        }
    }

    @Override
    void giveUp(Fdstore fdstore, Received received) {
        String name = received.request().name();
        try (Fd fd = received.fd();
                Place place = Place.open(fdstore, name)) {
            PutOption[] options = received.how().map(HowPut::options).orElse(new PutOption[0]);
            place.store().put(place.name(), fd, options);
            tellWhatIsLost(name, received.how());
        } catch (IOException e) {
            boolean emptied = Errno.of(e).orElse(Errno.EIO) == Errno.EPIPE
                    && received.how().map(HowPut::hangsUp).orElse(false);
            console.report()
                    .warn(
                            emptied
                                    ? name + ": not put back: it has hung up, and would have emptied its entry, too"
                                    : name + ": cannot put back what was taken: " + Report.message(e));
        }
    }

    private void tellWhatIsLost(String name, Optional<HowPut> how) {
        if (how.isEmpty()) {
            console.report()
                    .warn(name + ": put back, but you may not read its entry: if it was put with --hangup, --peer,"
                            + " --remove or an anchor, put it again with them");
        } else if (how.get().anchor().isPresent()) {
            console.report()
                    .warn(
                            name + ": put back, but without its anchor ("
                                    + how.get().anchor().get()
                                    + "), which cannot be read back: put it again with one (--anchor-fd, --anchor-pid, --expire)");
        }
    }
}
