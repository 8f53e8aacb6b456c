// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.Request;

/**
 * The extended attributes of the host's files, but for access control lists: the kernel would not
 * obey those here. Those of administrators are listed for root only, as elsewhere.
 */
final class ExtendedAttributes {
    private static final String ACCESS_CONTROL_LISTS = "system.posix_acl_";
    private static final String OF_ADMINISTRATORS = "trusted.";
    private static final int XATTR_CREATE = 1;

    private final HostFiles files;
    private final NodeTable nodes;

    ExtendedAttributes(HostFiles files, NodeTable nodes) {
        this.files = requireNonNull(files, "files is null");
        this.nodes = requireNonNull(nodes, "nodes is null");
    }

    byte[] get(Request request, Bytes name) throws FuseException {
        refuseAccessControlLists(name);
        return files.extendedAttribute(path(request), name);
    }

    List<Bytes> list(Request request) throws FuseException {
        return files.extendedAttributes(path(request)).stream()
                .filter(name -> !name.toString().startsWith(ACCESS_CONTROL_LISTS))
                .filter(name -> request.uid() == 0 || !name.toString().startsWith(OF_ADMINISTRATORS))
                .toList();
    }

    void set(Request request, Bytes name, byte[] value, int flags) throws FuseException {
        refuseAccessControlLists(name);
        HostPath path = path(request);
        if (flags != XATTR_CREATE || FirstLook.wasThere(request, () -> isThere(path, name))) {
            files.setExtendedAttribute(path, name, value, flags);
        } else {
            files.setExtendedAttribute(path, name, value, request.replayed() ? 0 : flags);
        }
    }

    void remove(Request request, Bytes name) throws FuseException {
        refuseAccessControlLists(name);
        HostPath path = path(request);
        boolean wasThere = FirstLook.wasThere(request, () -> isThere(path, name));
        try {
            files.removeExtendedAttribute(path, name);
        } catch (FuseException e) {
            boolean removedBefore = wasThere && request.replayed();
            if (e.errno() != Errno.ENODATA.number() || !removedBefore) {
                throw e;
            }
        }
    }

    private boolean isThere(HostPath path, Bytes name) throws FuseException {
        try {
            files.extendedAttribute(path, name);
            return true;
        } catch (FuseException e) {
            if (e.errno() == Errno.ENODATA.number()) {
                return false;
            }
            throw e;
        }
    }

    private HostPath path(Request request) throws FuseException {
        return nodes.locate(request.nodeId()).path();
    }

    private static void refuseAccessControlLists(Bytes name) throws FuseException {
        if (name.toString().startsWith(ACCESS_CONTROL_LISTS)) {
            throw new FuseException(Errno.EOPNOTSUPP);
        }
    }
}
