// SPDX-License-Identifier: Apache-2.0
/** File systems in user space whose servers may crash; see {@code org.fdstorefs.fuse}. */
@SuppressWarnings("module")
module org.fdstorefs.fuse {
    requires transitive org.fdstorefs;
    requires com.sun.jna;
    requires static org.jspecify;

    exports org.fdstorefs.fuse;
    exports org.fdstorefs.fuse.mirror;
}
