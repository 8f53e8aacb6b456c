// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import java.util.Optional;

/** What this program is called. */
final class Plugin {
    /** As pods name it. */
    static final String NAME = "fdstorefs.org";

    private Plugin() {}

    /** Of this program. */
    static String version() {
        return Optional.ofNullable(Plugin.class.getPackage().getImplementationVersion())
                .orElse("unknown");
    }
}
