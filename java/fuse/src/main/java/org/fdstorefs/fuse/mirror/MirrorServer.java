// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.mirror;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.FuseSession;
import org.fdstorefs.fuse.SessionStore;

/**
 * Serves a {@link MirrorFileSystem}. With {@code --store} it may be killed at any time: another one
 * that is started the same way, before or after, goes on where it stopped.
 *
 * <p>Prints one line for each thing that happens, so that whoever started it can wait for it.
 */
public final class MirrorServer {
    private static final String NAME = "mirror";

    private final Options options;
    private final MirrorFileSystem files;

    private MirrorServer(Options options, MirrorFileSystem files) {
        this.options = options;
        this.files = files;
    }

    /**
     * Serves until the file system is unmounted; exit code 1 tells of an error, 2 of wrong
     * arguments.
     */
    public static void main(String[] args) throws FuseException, IOException, InterruptedException {
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
        }
    }

    private void run() throws IOException, FuseException, InterruptedException {
        if (options.warmUp()) {
            warmUp();
        }
        if (options.store().isEmpty()) {
            serve(FuseSession.mount(NAME, options.mount(), files));
            return;
        }
        try (SessionStore store = SessionStore.open(options.store().get())) {
            say("standing by");
            store.awaitLease();
            Optional<FuseSession> session = takeOver(store);
            if (session.isEmpty() && options.standby()) {
                say("nothing to take over");
                return;
            }
            serve(session.isPresent() ? session.get() : begin(store));
            store.clear();
        }
    }

    /** The stored session, if its file system is still mounted. */
    private Optional<FuseSession> takeOver(SessionStore store) throws IOException {
        Optional<SessionStore.Kept> kept = store.load();
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        FuseSession session = FuseSession.resume(kept.get().connection(), kept.get().state(), files);
        if (!session.isConnected()) {
            session.close();
            store.clear();
            return Optional.empty();
        }
        boolean answered = session.replay();
        say(answered ? "took over, and answered a request that was left behind" : "took over");
        return Optional.of(session);
    }

    private FuseSession begin(SessionStore store) throws IOException, FuseException {
        files.dropRemovedFiles();
        FuseSession session = FuseSession.mount(NAME, options.mount(), files);
        store.save(session);
        return session;
    }

    private void serve(FuseSession session) throws IOException, FuseException {
        try (session) {
            say("serving " + options.mount());
            session.serve();
        }
        files.dropRemovedFiles();
        say("unmounted");
    }

    private static void warmUp() throws IOException, FuseException {
        Path directory = Files.createTempDirectory("fuse-warm-up");
        try (MirrorFileSystem scratch = new MirrorFileSystem(directory)) {
            FuseSession.warmUp(scratch);
            scratch.dropRemovedFiles();
        }
        Files.delete(directory);
    }

    private static void say(String what) {
        System.out.println(what);
    }
}
