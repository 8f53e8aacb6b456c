// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.workers;

import org.fdstorefs.fuse.FuseFileSystem;
import org.fdstorefs.fuse.Identity;

/** A file system that implements nothing. */
class UnusedFiles implements FuseFileSystem {
    @Override
    public Identity identity() {
        return Identity.of("unused");
    }
}
