// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import org.jspecify.annotations.Nullable;

/** A member of a class within the JDK that no public API reaches, and that another JDK may lack. */
final class Internal {
    private final String member;
    private final @Nullable MethodHandle handle;
    private final @Nullable Throwable missing;

    private Internal(String member, @Nullable MethodHandle handle, @Nullable Throwable missing) {
        this.member = member;
        this.handle = handle;
        this.missing = missing;
    }

    @FunctionalInterface
    interface Finder {
        MethodHandle find(Lookup trusted) throws ReflectiveOperationException;
    }

    /** Looks for a member; that it is missing shows when it is used. */
    static Internal find(String member, Finder finder) {
        try {
            return new Internal(member, finder.find(TrustedLookup.get()), null);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return new Internal(member, null, e);
        }
    }

    /**
     * Calls the method or constructor, or reads or writes the field.
     *
     * @throws UnsupportedOperationException if this JVM has no such member
     * @throws IOException if it throws that
     */
    Object invoke(Object... arguments) throws IOException {
        try {
            return handle().invokeWithArguments(arguments);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(member, e);
        }
    }

    /** The class of the object that the member is of. */
    Class<?> owner() {
        return handle().type().parameterType(0);
    }

    private MethodHandle handle() {
        if (handle == null) {
            throw new UnsupportedOperationException(
                    "this JVM (" + Runtime.version() + ") has no " + member
                            + " that can be reached; the streams and the ByteChannel of an Fd do without",
                    missing);
        }
        return handle;
    }
}
