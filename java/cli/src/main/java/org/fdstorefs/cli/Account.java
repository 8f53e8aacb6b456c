// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.io.IOException;
import org.fdstorefs.Errno;
import org.fdstorefs.FdStoreException;
import org.fdstorefs.internal.AccountSys;
import org.fdstorefs.internal.ByteStrings;

/** Users and groups, by name or by number. */
final class Account {
    /** uid_t and gid_t are unsigned; chown(2): the largest number means none. */
    private static final long NO_ID = 0xFFFF_FFFFL;

    private Account() {}

    private interface Lookup {
        long id(byte[] name);
    }

    /**
     * The number of a user.
     *
     * @param option where it is given
     * @throws UsageException if there is no such user
     */
    static int user(String option, String text) throws IOException {
        return id(option, "user", text, name -> AccountSys.system().userId(name));
    }

    /** As {@link #user}, of a group. */
    static int group(String option, String text) throws IOException {
        return id(option, "group", text, name -> AccountSys.system().groupId(name));
    }

    private static int id(String option, String what, String text, Lookup lookup) throws IOException {
        if (text.matches("[0-9]+")) {
            if (text.length() > 10 || Long.parseLong(text) >= NO_ID) {
                throw new UsageException(option + ": not a number from 0 to " + (NO_ID - 1) + ": " + text);
            }
            return (int) Long.parseLong(text);
        }
        long id = lookup.id(ByteStrings.encode(text));
        if (id == -Errno.ENOENT.number()) {
            throw new UsageException("%s: there is no %s of that name: %s".formatted(option, what, text));
        } else if (id < 0) {
            throw new FdStoreException(what + " " + text, (int) -id, "lookup", Errno.describe((int) -id));
        }
        return (int) id;
    }
}
