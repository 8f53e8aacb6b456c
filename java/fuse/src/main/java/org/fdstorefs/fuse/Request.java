// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse;

/**
 * Who asks, and about which file.
 *
 * <p>A request can reach a file system twice: a server read it, worked on it, and was killed before
 * it could mark the request as answered. The next server then gets it again, before any other request.
 * {@link #memo} is how the second server learns how far the first one came. A handler whose work must
 * not be done twice looks first, leaves what it saw as a memo, and only then works. On a replay it
 * finds the memo, and takes "already exists" or "already gone" for its own doing. No memo means
 * that the first server had not begun. A request whose handler has returned does not come again, and
 * nothing that depends on its answer happens before the replay.
 *
 * <p>Any thread may use a request until its handler has returned. After that the memo is that of another
 * request: {@link #memo}, {@link #memo(long)} and {@link #isInterrupted} throw {@link
 * IllegalStateException}.
 *
 * <p>The server implements this, and may add methods; a test of a file system may implement it, too.
 */
public interface Request {
    /** The file or directory that the request is about; of a LINK the directory that gets the new name. */
    long nodeId();

    /** The user that asks. */
    int uid();

    /** The group of the user that asks. */
    int gid();

    /** The process that asks; 0 if the server's pid namespace does not show it. */
    int pid();

    /** Whether an earlier server had read this request, and died before it marked the request as answered. */
    boolean replayed();

    /**
     * Whether a signal has interrupted the process that asks, while it waits. A method that takes
     * long may then give up with EINTR; if it continues, the process waits.
     */
    boolean isInterrupted();

    /** What this server or an earlier one has noted about this request; 0 if nothing. */
    long memo();

    /**
     * Notes something about this request that a later server sees if this one is killed.
     *
     * @throws IllegalArgumentException if the value is 0, which means that there is no memo
     */
    void memo(long value);
}
