// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.wire;

/** What is kept beside a request while it is worked on, and outlives the process. */
public interface Journaled {
    /** What the file system has noted about its work; 0 if nothing. */
    long memo();

    void memo(long value);

    /** Notes that one more server works on the request, and returns how many have before. */
    int attempt();

    /** The note that belongs to an entry of the reply. */
    void note(int entry, long note);

    /** Whether the request of this number is to be interrupted. */
    boolean isInterrupted(long unique);
}
