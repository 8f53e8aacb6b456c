// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

/** What the C library knows of users and groups, with the manners of {@link Sys}. */
public interface AccountSys {

    /** The C library of this machine. */
    static AccountSys system() {
        return NativeAccountSys.INSTANCE;
    }

    /** getpwnam_r(3): the unsigned id of a user, -ENOENT if there is none of that name. */
    long userId(byte[] name);

    /** getgrnam_r(3): the unsigned id of a group, -ENOENT if there is none of that name. */
    long groupId(byte[] name);
}
