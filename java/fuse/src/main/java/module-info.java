// SPDX-License-Identifier: Apache-2.0
/**
 * File systems in user space whose servers may crash: write one with {@code org.fdstorefs.fuse}, and serve it with
 * {@code org.fdstorefs.fuse.server}.
 */
@SuppressWarnings("module")
module org.fdstorefs.fuse {
    requires transitive org.fdstorefs;
    requires static org.jspecify;

    exports org.fdstorefs.fuse;
    exports org.fdstorefs.fuse.server;
    exports org.fdstorefs.fuse.state to
            org.fdstorefs.guard;
    exports org.fdstorefs.fuse.wire to
            org.fdstorefs.guard;
    exports org.fdstorefs.fuse.workers to
            org.fdstorefs.guard;
}
