// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs;

import java.lang.reflect.Proxy;
import org.fdstorefs.internal.Sys;

/** A kernel in which every call is a mistake; a fake overrides the ones it expects. */
class UnusedSys extends ForwardingSys {
    private static final Sys NOTHING = (Sys) Proxy.newProxyInstance(
            Sys.class.getClassLoader(), new Class<?>[] {Sys.class}, (proxy, method, arguments) -> {
                throw new AssertionError("unexpected system call " + method.getName());
            });

    UnusedSys() {
        super(NOTHING);
    }
}
