// SPDX-License-Identifier: Apache-2.0
/** An example of a FUSE server that may be killed at any time: it shows a directory at another place. */
@SuppressWarnings("module")
module org.fdstorefs.mirror {
    requires org.fdstorefs.fuse;
    requires com.sun.jna;
    requires static org.jspecify;
}
