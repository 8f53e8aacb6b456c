// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

/** Options of {@link FdStore#put}. */
public enum PutOption {
    /** Replace what the entry holds, in one step, instead of failing. */
    REPLACE
}
