// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.mirror;

import org.fdstorefs.fuse.FuseException;

/** Sees the names of a directory one by one. */
@FunctionalInterface
interface HostEntryVisitor {
    void visit(HostEntry entry) throws FuseException;
}
