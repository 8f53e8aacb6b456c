// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static java.lang.invoke.MethodHandles.filterArguments;
import static java.lang.invoke.MethodHandles.filterReturnValue;
import static java.lang.invoke.MethodHandles.lookup;
import static java.lang.invoke.MethodHandles.publicLookup;
import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * Native calls by java.lang.foreign, which is there for good since Java 22. What is compiled for 17 cannot name its
 * types: they are looked up by name once, and are Objects here. The initialization of this class fails where the JVM
 * has no such thing, or does not let us use it.
 */
final class ForeignSeam implements Seam {
    private static final String PACKAGE = "java.lang.foreign.";

    // The number of the system call, and six arguments.
    private static final int ARGUMENTS = 7;

    /** long syscall(Object captured, long number, long a, long b, long c, long d, long e, long f). */
    private static final MethodHandle SYSCALL;

    /** Object segment(Buffer buffer): from its position on. */
    private static final MethodHandle SEGMENT;

    /** long address(Buffer buffer): of its position. */
    private static final MethodHandle ADDRESS;

    /** ByteBuffer memory(long address, long length). */
    private static final MethodHandle MEMORY;

    static {
        try {
            Class<?> segment = Class.forName(PACKAGE + "MemorySegment");
            MethodHandle ofBuffer = publicLookup().findStatic(segment, "ofBuffer", methodType(segment, Buffer.class));
            MethodHandle ofAddress = publicLookup().findStatic(segment, "ofAddress", methodType(segment, long.class));
            MethodHandle reinterpret = restricted(segment, "reinterpret", methodType(segment, long.class));
            SYSCALL = bind(segment);
            SEGMENT = ofBuffer.asType(methodType(Object.class, Buffer.class));
            ADDRESS =
                    filterReturnValue(ofBuffer, publicLookup().findVirtual(segment, "address", methodType(long.class)));
            MEMORY = filterReturnValue(
                    filterArguments(reinterpret, 0, ofAddress),
                    publicLookup().findVirtual(segment, "asByteBuffer", methodType(ByteBuffer.class)));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A method that only modules with native access may call: the look-up must be that of ours. */
    private static MethodHandle restricted(Class<?> type, String name, MethodType signature)
            throws ReflectiveOperationException {
        return lookup().findVirtual(type, name, signature);
    }

    private static MethodHandle bind(Class<?> segment) throws ReflectiveOperationException {
        Class<?> linkerType = Class.forName(PACKAGE + "Linker");
        Class<?> optionType = Class.forName(PACKAGE + "Linker$Option");
        Class<?> layoutType = Class.forName(PACKAGE + "MemoryLayout");
        Class<?> descriptorType = Class.forName(PACKAGE + "FunctionDescriptor");
        Object linker = linkerType.getMethod("nativeLinker").invoke(null);
        Object symbols = linkerType.getMethod("defaultLookup").invoke(linker);
        Object function = ((Optional<?>) Class.forName(PACKAGE + "SymbolLookup")
                        .getMethod("find", String.class)
                        .invoke(symbols, "syscall"))
                .orElseThrow(() -> new NoSuchMethodException("syscall"));
        Object aLong =
                Class.forName(PACKAGE + "ValueLayout").getField("JAVA_LONG").get(null);
        Object[] arguments = (Object[]) Array.newInstance(layoutType, ARGUMENTS);
        Arrays.fill(arguments, aLong);
        Object descriptor =
                descriptorType.getMethod("of", layoutType, arguments.getClass()).invoke(null, aLong, arguments);
        Object[] options = (Object[]) Array.newInstance(optionType, 1);
        options[0] =
                optionType.getMethod("captureCallState", String[].class).invoke(null, (Object) new String[] {"errno"});
        MethodHandle handle = (MethodHandle) linkerType
                .getMethod("downcallHandle", segment, descriptorType, options.getClass())
                .invoke(linker, function, descriptor, options);
        return handle.asType(handle.type().changeParameterType(0, Object.class));
    }

    @Override
    public SystemCall newCall() {
        ByteBuffer memory = SystemCall.newMemory();
        try {
            return new ForeignCall(memory, address(memory), (Object) SEGMENT.invokeExact((Buffer) memory));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public long address(ByteBuffer direct) {
        try {
            return (long) ADDRESS.invokeExact((Buffer) direct) - direct.position();
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public ByteBuffer memory(long address, long length) {
        try {
            return ((ByteBuffer) MEMORY.invokeExact(address, length)).order(ByteOrder.nativeOrder());
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    // None of these methods declares a checked exception.
    private static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException exception ? exception : new IllegalStateException(e);
    }

    private static final class ForeignCall extends SystemCall {
        // struct { int errno; }, at the start of the memory of the call.
        private static final int ERRNO = 0;
        private static final int CAPTURED = Long.BYTES;

        private final ByteBuffer memory;
        private final Object captured;

        ForeignCall(ByteBuffer memory, long address, Object captured) {
            super(memory, address, CAPTURED);
            this.memory = memory;
            this.captured = captured;
        }

        @Override
        public long invoke(int number, long a) {
            return invoke(number, a, 0, 0, 0, 0, 0);
        }

        @Override
        public long invoke(int number, long a, long b, long c) {
            return invoke(number, a, b, c, 0, 0, 0);
        }

        @Override
        public long invoke(int number, long a, long b, long c, long d, long e, long f) {
            try {
                long result = (long) SYSCALL.invokeExact(captured, (long) number, a, b, c, d, e, f);
                return result == -1 ? -memory.getInt(ERRNO) : result;
            } catch (Throwable exception) {
                throw unexpected(exception);
            }
        }
    }
}
