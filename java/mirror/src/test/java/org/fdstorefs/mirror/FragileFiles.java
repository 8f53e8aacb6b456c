// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.mirror;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * The files of the host for a server that is killed right before or right after one of its calls.
 * Whoever is killed throws {@link Killed}, which nothing catches.
 */
final class FragileFiles implements InvocationHandler {
    private final HostFiles files;
    private int left = Integer.MAX_VALUE;

    private FragileFiles(HostFiles files) {
        this.files = files;
    }

    static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    /** The handle of such files, to {@link #killAt kill} their server. */
    static FragileFiles of(HostFiles files) {
        return new FragileFiles(files);
    }

    HostFiles files() {
        ClassLoader loader = HostFiles.class.getClassLoader();
        return (HostFiles) Proxy.newProxyInstance(loader, new Class<?>[] {HostFiles.class}, this);
    }

    /**
     * Has the server killed at a moment from now on: an even one is before a call, an odd one after
     * it.
     */
    void killAt(int moment) {
        left = moment;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("close")) {
            return method.invoke(files, arguments); // what a kill does anyway
        }
        passMoment();
        Object answer;
        try {
            answer = method.invoke(files, arguments);
        } catch (InvocationTargetException e) {
            passMoment();
            throw e.getCause();
        }
        passMoment();
        return answer;
    }

    private void passMoment() {
        if (left-- == 0) {
            throw new Killed();
        }
    }
}
