// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

/**
 * What a server does that has to be made up for when it dies.
 *
 * @param writesLater whether it accepts data before it writes them, so that they have to be sent again
 * @param readsAtOnce whether it makes up the text of a file when the file is read from its start, and keeps it with the
 *     open file; an opened file of the next server then has to be read from its start first
 */
public record Habits(boolean writesLater, boolean readsAtOnce) {}
