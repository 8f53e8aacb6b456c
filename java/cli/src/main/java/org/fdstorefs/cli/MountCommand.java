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
import org.fdstorefs.NotAStoreException;
import org.fdstorefs.internal.ByteStrings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(
        header = "Mount a new, empty store.",
        description = {
            "",
            "Mounts it on DIR, or on the directory named by -s, $FDSTORE_PATH or the default, and makes the directory if it does"
                    + " not exist. Needs CAP_SYS_ADMIN in the user namespace of the mounts, as mount(8) does.",
            "",
            "If a store is already mounted there, another one would hide it with all that it holds: that is refused, with"
                    + " exit code 4, unless you give --over or --if-absent.",
            "",
            "  fdstore mount --mode 0750 --max 100",
            "  fdstore mount --if-absent /run/sessions",
            "",
        })
final class MountCommand implements Callable<Integer> {
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

    @Option(
            names = "--uid",
            paramLabel = "USER",
            description = "the owner of the root directory, by name or number (default: you)")
    private @Nullable String uid;

    @Option(
            names = "--gid",
            paramLabel = "GROUP",
            description = "the group of the root directory, by name or number (default: yours)")
    private @Nullable String gid;

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

    @Mixin
    private AnchorOptions anchor;

    @Option(
            names = "--noanchor",
            description = "in a container, do not release everything when its init ends; for the administrator only")
    private boolean noAnchor;

    @Option(names = "--source", paramLabel = "NAME", description = "what /proc/mounts shows (default: fdstore)")
    private @Nullable String source;

    @Option(names = "--if-absent", description = "if a store is already mounted there, do nothing, and succeed")
    private boolean ifAbsent;

    @Option(names = "--over", description = "mount even over a store, which is then hidden")
    private boolean over;

    @Parameters(paramLabel = "DIR", arity = "0..1", description = "the directory to mount on")
    private @Nullable String directory;

    MountCommand(Launch launch, Console console) {
        this.descriptors = new Descriptors(launch);
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (ifAbsent && over) {
            throw new ParameterException(spec.commandLine(), "--if-absent and --over exclude each other");
        }
        Path target = fdstore.path(directory);
        Optional<Fd> anchorFd = anchor.open(descriptors);
        try {
            MountOption[] options = options(anchorFd);
            boolean made = makeDirectory(target);
            try {
                mount(target, options);
            } catch (IOException | RuntimeException e) {
                if (made) {
                    Files.delete(target);
                }
                throw e;
            }
        } finally {
            if (anchorFd.isPresent()) {
                anchorFd.get().close();
            }
        }
        return ExitCode.OK;
    }

    private void mount(Path target, MountOption[] options) throws IOException {
        MountLock lock = MountLock.of(target);
        try (lock) {
            if (!over && isThereAlready(target)) {
                console.log().step("a store is already mounted on {}", target);
            } else {
                FdStore.mount(target, options).close();
                console.log().step("mounted a store on {}", target);
            }
        }
    }

    /** Whether a store is mounted there, which is good; or else it is refused. */
    private boolean isThereAlready(Path target) throws IOException {
        try {
            FdStore.open(target).close();
        } catch (NotAStoreException e) {
            return false;
        }
        boolean root = Statx.of(ByteStrings.decode(ByteStrings.ofPath(target))).isMountRoot();
        if (root && ifAbsent) {
            return true;
        }
        throw new FileAlreadyExistsException(
                target.toString(),
                null,
                root
                        ? "a store is already mounted there, and would be hidden with all that it holds: --if-absent"
                                + " keeps it, --over hides it"
                        : "a directory in a store, which would be hidden: --over mounts over it");
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
            throw new IOException("cannot make " + target + ": its parent directory does not exist", e);
        }
    }

    private MountOption[] options(Optional<Fd> anchorFd) throws IOException {
        try {
            List<MountOption> options = new ArrayList<>();
            add(options, mode, MountOption::mode);
            add(options, max, MountOption::max);
            add(options, maxUser, MountOption::maxUser);
            add(options, source, MountOption::source);
            if (uid != null) {
                options.add(MountOption.uid(Account.user("--uid", uid)));
            }
            if (gid != null) {
                options.add(MountOption.gid(Account.group("--gid", gid)));
            }
            anchorFd.ifPresent(fd -> options.add(MountOption.anchor(fd)));
            if (noAnchor) {
                options.add(MountOption.noAnchor());
            }
            return options.toArray(MountOption[]::new);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
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
