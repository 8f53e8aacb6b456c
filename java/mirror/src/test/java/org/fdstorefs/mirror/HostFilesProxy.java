// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.FuseException;

/** The files of the host, for tests that want to know what is called, or have it fail. */
final class HostFilesProxy {
    private final List<String> calls = new ArrayList<>();
    private final HostFiles files;
    private Optional<String> failing = Optional.empty();

    HostFilesProxy(String directory) throws FuseException {
        HostFiles real = LinuxFiles.open(Path.of(directory));
        ClassLoader loader = HostFiles.class.getClassLoader();
        files = (HostFiles) Proxy.newProxyInstance(loader, new Class<?>[] {HostFiles.class}, (proxy, method, a) -> {
            calls.add(method.getName() + (a != null && a[0] instanceof HostPath path ? " " + path : ""));
            if (failing.isPresent() && method.getName().equals(failing.get())) {
                throw new FuseException(Errno.ENOSPC);
            }
            try {
                return method.invoke(real, a);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    HostFiles files() {
        return files;
    }

    /** Has each call of a method fail with ENOSPC. */
    void fail(String method) {
        failing = Optional.of(method);
    }

    /** The calls of a method, with the first path that each got. */
    List<String> calls(String method) {
        return calls.stream().filter(call -> call.startsWith(method)).toList();
    }
}
