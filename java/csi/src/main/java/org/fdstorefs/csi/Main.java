// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Where the JVM starts. */
public final class Main {
    private static final Path HOST = Path.of("/proc/sys/kernel/hostname");
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int USAGE = 2;

    private Main() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> arguments = List.of(args);
        boolean probe = !arguments.isEmpty() && arguments.get(0).equals("probe");
        Settings settings;
        try {
            settings = Settings.of(probe ? arguments.subList(1, arguments.size()) : arguments, host());
        } catch (IllegalArgumentException e) {
            System.err.println("fdstorefs-csi: " + e.getMessage() + "\n\n" + Settings.USAGE);
            System.exit(USAGE);
            return;
        }
        if (probe) {
            System.exit(answers(settings) ? 0 : 1);
        } else {
            serve(settings);
        }
    }

    private static String host() throws IOException {
        return Files.readString(HOST).strip();
    }

    private static boolean answers(Settings settings) {
        try {
            new Call(settings.socket(), PATIENCE).call(Identity.SERVICE + "/Probe", new byte[0]);
            return true;
        } catch (IOException e) {
            System.err.println("fdstorefs-csi: " + settings.socket() + " does not answer: " + e.getMessage());
            return false;
        }
    }

    private static void serve(Settings settings) throws InterruptedException {
        Log log = new Log(System.out, Clock.systemUTC());
        try {
            start(settings, log).await();
        } catch (IOException e) {
            log.error("not started", "reason", e);
            System.exit(1);
        }
    }

    static Driver start(Settings settings, Log log) throws IOException {
        Driver driver = new Driver(settings, new KernelMounter(), log);
        // Before there is anything that is not to stay.
        Runtime.getRuntime().addShutdownHook(new Thread(driver::close, "shutdown"));
        driver.start();
        return driver;
    }
}
