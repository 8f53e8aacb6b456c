// SPDX-License-Identifier: Apache-2.0

/** What the verbs cost through the library, as rows for the table of all costs. */
@NullMarked
package org.fdstorefs.bench;

import org.jspecify.annotations.NullMarked;
