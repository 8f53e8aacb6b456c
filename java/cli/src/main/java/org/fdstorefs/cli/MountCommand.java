// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.fdstorefs.MountOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.TypeConversionException;

@Command(
        header = "Mount a new, empty store.",
        description = {
            "",
            "Mounts it on the directory that -s, $FDSTORE_PATH or the default names, which is made if it is not there."
                    + " Needs CAP_SYS_ADMIN in the user namespace of the mounts, as mount(8) does.",
            "",
            "  fdstore mount --mode 0750 --max 100",
            "",
        })
final class MountCommand implements Callable<Integer> {
    private final Descriptors descriptors;
    private final Console console;

    @ParentCommand
    private Fdstore fdstore;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            converter = Octal.class,
            description = "the permissions of the root directory, in octal (default: 0755)")
    private Integer mode;

    @Option(names = "--uid", paramLabel = "UID", description = "the owner of the root directory (default: yours)")
    private Integer uid;

    @Option(names = "--gid", paramLabel = "GID", description = "the group of the root directory (default: yours)")
    private Integer gid;

    @Option(
            names = "--max",
            paramLabel = "N",
            description = "how many entries, directories and links the store may hold (default: 4096)")
    private Long max;

    @Mixin
    private AnchorOptions anchor;

    @Option(
            names = "--noanchor",
            description = "in a container, do not release everything when its init ends; for the administrator only")
    private boolean noAnchor;

    @Option(names = "--source", paramLabel = "NAME", description = "what /proc/mounts shows (default: fdstore)")
    private String source;

    MountCommand(Launch launch, Console console) {
        this.descriptors = new Descriptors(launch);
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Path target = fdstore.path();
        Optional<Fd> anchorFd = anchor.open(descriptors);
        try {
            makeDirectory(target);
            FdStore.mount(target, options(anchorFd)).close();
            console.log().step("mounted a store on {}", target);
        } finally {
            if (anchorFd.isPresent()) {
                anchorFd.get().close();
            }
        }
        return ExitCode.OK;
    }

    private static void makeDirectory(Path target) throws IOException {
        if (!Files.isDirectory(target)) {
            try {
                Files.createDirectory(target);
            } catch (FileAlreadyExistsException e) {
                // What is there the mount complains about, better.
            }
        }
    }

    private MountOption[] options(Optional<Fd> anchorFd) {
        List<MountOption> options = new ArrayList<>();
        add(options, mode, MountOption::mode);
        add(options, uid, MountOption::uid);
        add(options, gid, MountOption::gid);
        add(options, max, MountOption::max);
        add(options, source, MountOption::source);
        anchorFd.ifPresent(fd -> options.add(MountOption.anchor(fd)));
        if (noAnchor) {
            options.add(MountOption.noAnchor());
        }
        return options.toArray(MountOption[]::new);
    }

    private static <T> void add(
            List<MountOption> options, T value, Function<T, MountOption> option) {
        if (value != null) {
            options.add(option.apply(value));
        }
    }

    /** Permissions as chmod(1) takes them. */
    static final class Octal implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            if (!text.matches("[0-7]{1,5}")) {
                throw new TypeConversionException("not an octal number: " + text);
            }
            return Integer.parseInt(text, 8);
        }
    }
}
