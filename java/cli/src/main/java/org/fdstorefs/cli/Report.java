// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.fdstorefs.Errno;
import org.fdstorefs.FdStoreException;

/** Reports on standard error what went wrong: in words, or as one JSON document per line. */
final class Report {
    private final PrintStream err;
    private final boolean json;
    private final Log log;

    Report(PrintStream err, boolean json, Log log) {
        this.err = err;
        this.json = json;
        this.log = log;
    }

    /** A failure, in words alone. */
    void warn(String message) {
        if (json) {
            print(Json.of(Map.of("error", Map.of("message", message))));
        } else {
            print("fdstore: " + Printable.of(message));
        }
    }

    /** A mistake of the user, with where the help is. */
    void usage(String message, String command) {
        warn(message);
        if (!json) {
            print("Try '" + command + " --help'.");
        }
    }

    /** An exception; a bug with its place in the code. */
    void failure(Exception e) {
        log.failure(e);
        if (json) {
            print(Json.of(Map.of("error", document(e))));
        } else {
            warn(message(e));
        }
    }

    private static Map<String, Object> document(Exception e) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("message", message(e));
        if (e instanceof FileSystemException f && f.getFile() != null) {
            error.put("file", f.getFile());
        }
        FdStoreException.in(e).ifPresent(f -> {
            error.put("errno", Errno.nameOf(f.errno()));
            error.put("call", f.call());
        });
        return error;
    }

    /** What an exception says; never null. */
    static String message(Exception e) {
        // Some of java.nio.file have no room for a reason, and those of the JDK itself mostly none.
        if (e instanceof FileSystemException f && f.getReason() == null) {
            return FdStoreException.in(e).map(Throwable::getMessage).orElse(f.getMessage() + ": " + what(f));
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private static String what(FileSystemException e) {
        if (e instanceof NoSuchFileException) {
            return Errno.ENOENT.text();
        } else if (e instanceof AccessDeniedException) {
            return Errno.EACCES.text();
        }
        return e.getClass().getSimpleName();
    }

    private void print(String line) {
        err.println(line);
        err.flush();
    }
}
