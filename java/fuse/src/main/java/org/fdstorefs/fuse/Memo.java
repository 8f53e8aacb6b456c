// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

/** Eight bytes beside a request that outlive the process. */
interface Memo {
    long get();

    void set(long value);
}
