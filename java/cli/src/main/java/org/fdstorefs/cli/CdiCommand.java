// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.fdstorefs.MountOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        header = "Write a specification by which container engines give a store to a container.",
        description = {
            "",
            "Prints a specification of the Container Device Interface (CDI), with one device. Of a file in /etc/cdi podman, Docker"
                    + " and containerd take it, and a container that asks for the device gets the store:",
            "",
            "  fdstore cdi --device big --max 10000 >/etc/cdi/fdstorefs-big.json",
            "  podman run --device fdstorefs.org/store=big IMAGE",
            "",
            "That is a new store for each container and each of its starts, which ends with the container's first process."
                    + " The package has installed such a device, private, as /etc/cdi/fdstorefs.json.",
            "",
            "With --shared it is a store of the host, which outlives the container: the one that is mounted at"
                    + " /run/fdstores/NAME when the container starts.",
            "",
            "  fdstore cdi --shared web >/etc/cdi/fdstorefs-web.json",
            "  docker run --device fdstorefs.org/store=web IMAGE",
            "",
            "Two files of a directory must not have devices of the same name. fdstore doctor says which engines of this host will"
                    + " find them.",
            "",
        })
final class CdiCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "what the device is called: letters, digits and _.:- (default: " + CdiSpec.PRIVATE + ")")
    private @Nullable String device;

    @Option(
            names = "--destination",
            paramLabel = "DIR",
            description = "where the container sees the store (default: " + CdiSpec.DESTINATION + ")")
    private String destination = CdiSpec.DESTINATION;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            converter = MountCommand.Octal.class,
            description = "the permissions of the root directory, in octal (default: 1777, everybody in the container)")
    private @Nullable Integer mode;

    @Option(
            names = "--max",
            paramLabel = "N",
            description = "how many entries, directories and links the store may hold (default: 4096)")
    private @Nullable Long max;

    @Option(
            names = "--max-user",
            paramLabel = "N",
            description = "how many filled entries each user may have (default: as many as the store holds)")
    private @Nullable Long maxUser;

    @Option(
            names = "--shared",
            paramLabel = "NAME",
            description =
                    "the store of the host at /run/fdstores/NAME, for all containers that ask for the device NAME")
    private @Nullable String shared;

    @Option(
            names = "--check",
            paramLabel = "FILE",
            arity = "1..*",
            description = "print nothing, but say what is wrong with these files; exits with 0 if nothing is")
    private @Nullable List<String> files;

    CdiCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (files != null) {
            exclude("--check takes no other option", device, mode, max, maxUser, shared);
            return check(files);
        }
        CdiSpec specification = specification();
        console.out().print(console.json() ? Json.of(specification.document()) + "\n" : text(specification));
        return ExitCode.OK;
    }

    /** As a file that people read, too. */
    static String text(CdiSpec specification) {
        return Json.indented(specification.document()) + "\n";
    }

    private int check(List<String> names) throws IOException {
        boolean good = true;
        for (String name : names) {
            for (String complaint : CdiFile.read(Path.of(name)).complaints()) {
                console.report().warn(name + ": " + complaint);
                good = false;
            }
        }
        return good ? ExitCode.OK : ExitCode.FAILED;
    }

    private CdiSpec specification() {
        if (!CdiMount.isDirectory(destination)) {
            throw usage("--destination: not an absolute path, or one with .. or //: " + destination);
        }
        if (shared != null) {
            exclude("--shared takes no other option than --destination", device, mode, max, maxUser);
            return CdiSpec.ofShared(name("--shared", shared), destination);
        }
        String name = device == null ? CdiSpec.PRIVATE : name("--device", device);
        return CdiSpec.ofOneForEach(name, destination, options());
    }

    private String name(String option, String name) {
        if (!CdiFile.DEVICE.matcher(name).matches()) {
            throw usage(option + ": not a letter, then letters, digits and _.:-, with a letter or digit at the end: '"
                    + name + "'");
        }
        return name;
    }

    private List<String> options() {
        try {
            List<String> options = new ArrayList<>();
            int permissions = mode == null ? CdiSpec.MODE : mode;
            MountOption.mode(permissions);
            options.add("mode=" + Integer.toOctalString(permissions));
            if (max != null) {
                MountOption.max(max);
                options.add("max=" + max);
            }
            if (maxUser != null) {
                MountOption.maxUser(maxUser);
                options.add("maxuser=" + maxUser);
            }
            return options;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void exclude(String message, @Nullable Object... others) {
        if (Arrays.stream(others).anyMatch(Objects::nonNull)) {
            throw usage(message);
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
