// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.exec;

import java.util.List;
import java.util.Optional;

/**
 * A {@link Program} with everything decided but how it is run.
 *
 * @param command the file and the arguments
 * @param environment all of it
 * @param plan what becomes of the descriptors
 * @param state what is known of the time before the JVM
 * @param listens whether the environment needs a LISTEN_PID
 */
record Setup(
        List<String> command, List<byte[]> environment, Plan plan, Optional<ProcessState> state, boolean listens) {}
