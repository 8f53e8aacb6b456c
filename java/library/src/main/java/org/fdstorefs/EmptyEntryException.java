// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

/** There is an entry of that name, but it holds nothing, or no more: ENODATA. */
public final class EmptyEntryException extends FdStoreException {
    private static final long serialVersionUID = 1L;

    EmptyEntryException(String file, String call) {
        super(
                file,
                Errno.ENODATA.number(),
                call,
                "the entry is empty: nothing was put into it, or it was taken, or it has emptied itself"
                        + " (the stored file hung up, or its anchor fired), or the store was drained");
    }
}
