// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.fdstorefs.exec.Program;
import picocli.CommandLine.Command;

@Command(
        aliases = "exec",
        header = "Run a program with what entries hold.",
        customSynopsis = "fdstore get [-s DIR] [--listen-fds] NAME[=N]... -- PROGRAM [ARGUMENT...]",
        description = {
            "",
            "fdstore becomes the program. The descriptors are open there; it keeps the process id, the"
                    + " environment, the standard streams and all other descriptors.",
            "",
            "  fdstore get listener=0 -- inetd-style-server",
            "  fdstore exec --listen-fds http=web -- server-for-systemd",
            "",
        })
final class GetCommand extends ReceiveCommand {

    GetCommand(Exec exec, List<String> program) {
        super(exec, program);
    }

    @Override
    OptionalInt refuse(Fdstore fdstore, List<Request> requests, Program program) {
        return OptionalInt.empty();
    }

    @Override
    Received receive(Place place, Request request) throws IOException {
        return new Received(request, place.store().get(place.name()), Optional.empty());
    }

    @Override
    void giveUp(Fdstore fdstore, Received received) throws IOException {
        received.fd().close();
    }
}
