// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.fdstorefs.Fd;
import org.fdstorefs.FdStore;
import org.fdstorefs.MountOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
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
    private static final long NO_ID = 0xFFFF_FFFFL;

    private final Descriptors descriptors;
    private final Console console;

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Fdstore fdstore;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            converter = Octal.class,
            description = "the permissions of the root directory, in octal (default: 0755)")
    private @Nullable Integer mode;

    @Option(names = "--uid", paramLabel = "UID", description = "the owner of the root directory (default: yours)")
    private @Nullable Long uid;

    @Option(names = "--gid", paramLabel = "GID", description = "the group of the root directory (default: yours)")
    private @Nullable Long gid;

    @Option(
            names = "--max",
            paramLabel = "N",
            description = "how many entries, directories and links the store may hold (default: 4096)")
    private @Nullable Long max;

    @Mixin
    private AnchorOptions anchor;

    @Option(
            names = "--noanchor",
            description = "in a container, do not release everything when its init ends; for the administrator only")
    private boolean noAnchor;

    @Option(names = "--source", paramLabel = "NAME", description = "what /proc/mounts shows (default: fdstore)")
    private @Nullable String source;

    MountCommand(Launch launch, Console console) {
        this.descriptors = new Descriptors(launch);
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Path target = fdstore.path();
        Optional<Fd> anchorFd = anchor.open(descriptors);
        try {
            boolean made = makeDirectory(target);
            try {
                FdStore.mount(target, options(anchorFd)).close();
            } catch (IOException | RuntimeException e) {
                if (made) {
                    Files.delete(target);
                }
                throw e;
            }
            console.log().step("mounted a store on {}", target);
        } finally {
            if (anchorFd.isPresent()) {
                anchorFd.get().close();
            }
        }
        return ExitCode.OK;
    }

    /** Makes the directory if there is nothing of that name; what else is there the mount complains about. */
    private static boolean makeDirectory(Path target) throws IOException {
        if (Files.exists(target)) {
            return false;
        }
        try {
            Files.createDirectory(target);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (NoSuchFileException e) {
            throw new IOException("cannot make " + target + ": the directory that it is to be in is not there", e);
        }
    }

    private MountOption[] options(Optional<Fd> anchorFd) {
        List<MountOption> options = new ArrayList<>();
        add(options, mode, MountOption::mode);
        add(options, uid, number -> MountOption.uid(id("--uid", number)));
        add(options, gid, number -> MountOption.gid(id("--gid", number)));
        add(options, max, MountOption::max);
        add(options, source, MountOption::source);
        anchorFd.ifPresent(fd -> options.add(MountOption.anchor(fd)));
        if (noAnchor) {
            options.add(MountOption.noAnchor());
        }
        return options.toArray(MountOption[]::new);
    }

    /** uid_t and gid_t are unsigned; chown(2): the largest number means none. */
    private int id(String option, long number) {
        if (number < 0 || number >= NO_ID) {
            throw new ParameterException(
                    spec.commandLine(), option + ": not a number from 0 to " + (NO_ID - 1) + ": " + number);
        }
        return (int) number;
    }

    private static <T> void add(List<MountOption> options, @Nullable T value, Function<T, MountOption> option) {
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
