// SPDX-License-Identifier: Apache-2.0

/**
 * Keeps a FUSE mount alive while its server crashes, is killed or replaced, whatever server it is:
 * {@code fdstore fuse}.
 */
@SuppressWarnings("module")
module org.fdstorefs.guard {
    requires transitive org.fdstorefs;
    requires transitive org.fdstorefs.fuse;
    requires static org.jspecify;

    exports org.fdstorefs.guard;
    exports org.fdstorefs.guard.backend;
}
