// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.Replay;
import org.fdstorefs.fuse.server.FuseSession;
import org.fdstorefs.fuse.server.RecoverableServer;
import org.fdstorefs.fuse.server.ServerListener;

/**
 * Serves a {@link MirrorFileSystem}. With {@code --store} it may be killed at any time: another one
 * that is started the same way, before or after, continues where it stopped.
 *
 * <p>Prints one line for each thing that happens, so that a script that starts it can wait for it.
 */
public final class MirrorServer implements ServerListener {
    private static final String NAME = "mirror";

    private final Options options;
    private final MirrorFileSystem files;

    private MirrorServer(Options options, MirrorFileSystem files) {
        this.options = options;
        this.files = files;
    }

    /**
     * Serves until the file system is unmounted; the exit code is 1 for an error, 2 for wrong
     * arguments.
     */
    public static void main(String[] args) throws FuseException, InterruptedException {
        Options options;
        try {
            options = Options.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + Options.USAGE);
            System.exit(2);
            return;
        }
        try (MirrorFileSystem files = new MirrorFileSystem(options.source())) {
            new MirrorServer(options, files).run();
        } catch (IOException e) {
            System.err.println("mirror: " + e);
            System.exit(1);
        }
    }

    private void run() throws IOException, FuseException, InterruptedException {
        if (options.warmUp()) {
            warmUp();
        }
        if (options.store().isPresent()) {
            serveRecoverably(options.store().get());
        } else {
            serve();
        }
    }

    private void serve() throws IOException {
        try (FuseSession session = FuseSession.create(NAME, files.identity(), files, options.workers())) {
            session.attach(options.mount());
            serving();
            session.serve(options.workers());
        }
        say("unmounted");
    }

    private void serveRecoverably(Path store) throws IOException, InterruptedException {
        RecoverableServer server = RecoverableServer.of(files)
                .name(NAME)
                .store(store)
                .mount(options.mount())
                .workers(options.workers())
                .listener(this);
        RecoverableServer.End end = (options.standby() ? server.standby() : server).run();
        say(end == RecoverableServer.End.UNMOUNTED ? "unmounted" : "nothing to take over");
    }

    @Override
    public void standingBy(Identity what) {
        say("standing by for " + what);
    }

    @Override
    public void tookOver(Replay replay) {
        List<String> opcodes = new ArrayList<>(replay.executed());
        opcodes.addAll(replay.resent());
        say("took over replayed=" + replay.executed().size() // no format, which is slow for the first time
                + " resent=" + replay.resent().size()
                + " answered=" + replay.answered()
                + " opcodes=" + (opcodes.isEmpty() ? "-" : String.join(",", opcodes)));
    }

    @Override
    public void serving() {
        say("serving " + options.mount());
    }

    /** A standby that may not mount can take over all the same. */
    private static void warmUp() throws IOException {
        Path directory = Files.createTempDirectory("fuse-warm-up");
        try {
            try (MirrorFileSystem scratch = new MirrorFileSystem(directory)) {
                FuseSession.warmUp(scratch);
            }
            Files.delete(directory);
        } catch (IOException e) {
            System.err.println("mirror: starts without having warmed up in " + directory + ": " + e);
        }
    }

    private static void say(String what) {
        System.out.println(what);
    }
}
