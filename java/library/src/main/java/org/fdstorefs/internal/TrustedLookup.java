// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import com.sun.jna.Function;
import com.sun.jna.JNIEnv;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.Map;

/**
 * The one lookup of the JDK that modules do not restrict, read through JNI, which may do that
 * without flags and without a compiled library of our own: JNA hands functions the JNIEnv.
 *
 * <p>Whoever has this lookup can reach everything in the process, as native code can. It is for
 * {@link Internal} alone, which keeps only the handles that it finds.
 */
final class TrustedLookup {
    // struct JNINativeInterface_ of jni.h: the index of a function in the table that a JNIEnv points
    // to, as the JNI specification numbers them. Neither of the two can leave an exception pending.
    private static final int FROM_REFLECTED_FIELD = 8;
    private static final int GET_STATIC_OBJECT_FIELD = 145;

    private static final Map<String, Boolean> PASS_OBJECTS = Map.of(Library.OPTION_ALLOW_OBJECTS, true);

    private TrustedLookup() {}

    /**
     * The lookup.
     *
     * @throws ReflectiveOperationException if this JVM has none, or has something else by its name
     */
    static Lookup get() throws ReflectiveOperationException {
        var field = Lookup.class.getDeclaredField("IMPL_LOOKUP");
        if (field.getType() != Lookup.class) {
            throw new NoSuchFieldException(field.toString());
        }
        Pointer functions = env().getPointer(0);
        Pointer id = (Pointer) call(functions, FROM_REFLECTED_FIELD, Pointer.class, JNIEnv.CURRENT, field);
        Object lookup = call(functions, GET_STATIC_OBJECT_FIELD, Object.class, JNIEnv.CURRENT, Lookup.class, id);
        return (Lookup) lookup;
    }

    /** The JNIEnv of this thread. What gets one as an argument, and returns it, is memcpy(3). */
    private static Pointer env() {
        Object[] toItself = {JNIEnv.CURRENT, JNIEnv.CURRENT, 0L};
        Function memcpy = NativeLibrary.getProcess().getFunction("memcpy");
        return (Pointer) memcpy.invoke(Pointer.class, toItself, PASS_OBJECTS);
    }

    private static Object call(Pointer functions, int index, Class<?> result, Object... arguments) {
        Pointer function = functions.getPointer((long) index * Native.POINTER_SIZE);
        return Function.getFunction(function).invoke(result, arguments, PASS_OBJECTS);
    }
}
