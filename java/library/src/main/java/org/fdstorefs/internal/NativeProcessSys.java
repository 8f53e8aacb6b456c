// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.internal;

import static org.fdstorefs.internal.ByteStrings.cString;
import static org.fdstorefs.internal.ProcessLibc.check;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link ProcessSys} by {@link SystemCall} and {@link ProcessLibc}. */
final class NativeProcessSys implements ProcessSys {
    static final NativeProcessSys INSTANCE = new NativeProcessSys();

    private static final int SIG_SETMASK = 2;
    // sigset_t of glibc and of musl; the kernel reads the first 8 bytes.
    static final int SIGSET_SIZE = 128;

    // linux/wait.h
    private static final int P_PID = 1;
    private static final int WEXITED = 4;
    private static final int WNOWAIT = 0x01000000;

    private NativeProcessSys() {}

    @Override
    public int getpid() {
        return ProcessLibc.getpid();
    }

    @Override
    public int pidfdOpen(int pid, int flags) {
        return (int) SystemCall.make(SyscallNumber.PIDFD_OPEN, pid, flags, 0);
    }

    @Override
    public int pidfdGetfd(int pidfd, int fd, int flags) {
        return (int) SystemCall.make(SyscallNumber.PIDFD_GETFD, pidfd, fd, flags);
    }

    @Override
    public int kill(int pid, int signal) {
        return (int) SystemCall.make(SyscallNumber.KILL, pid, signal, 0);
    }

    @Override
    public int setSignalMask(long signals) {
        ByteBuffer set = ByteBuffer.allocate(SIGSET_SIZE).order(ByteOrder.nativeOrder());
        set.putLong(0, signals);
        // pthread_sigmask(3) returns the error number and leaves errno alone.
        return -ProcessLibc.pthread_sigmask(SIG_SETMASK, set.array(), 0);
    }

    @Override
    public int sigaction(int number, byte @Nullable [] action, byte @Nullable [] oldAction) {
        return check(ProcessLibc.sigaction(number, action, oldAction));
    }

    @Override
    public long idleHandler() {
        return Pointer.nativeValue(NativeLibrary.getProcess().getFunction("abs"));
    }

    @Override
    public int prlimit(int pid, int resource, byte @Nullable [] limit, byte @Nullable [] oldLimit) {
        return check(ProcessLibc.prlimit(pid, resource, limit, oldLimit));
    }

    @Override
    public int unshare(int flags) {
        return check(ProcessLibc.unshare(flags));
    }

    @Override
    public int chdir(byte[] path) {
        return check(ProcessLibc.chdir(cString(path)));
    }

    @Override
    public int access(long path, int mode) {
        return check(ProcessLibc.access(path, mode));
    }

    @Override
    public int execve(long file, long argv, long envp) {
        return check(ProcessLibc.execve(file, argv, envp));
    }

    @Override
    public int posixSpawn(long file, SpawnAttributes attributes, long argv, long envp) {
        // posix_spawn(3) too returns the error number.
        return -ProcessLibc.posix_spawn(attributes.pidAddress(), file, 0, attributes.address(), argv, envp);
    }

    @Override
    public int awaitEnd(int pid) {
        return check(ProcessLibc.waitid(P_PID, pid, 0, WEXITED | WNOWAIT));
    }

    @Override
    public int waitpid(int pid, int[] status) {
        return check(ProcessLibc.waitpid(pid, status, 0));
    }

    @Override
    public List<byte[]> environment() {
        Pointer array =
                NativeLibrary.getProcess().getGlobalVariableAddress("environ").getPointer(0);
        List<byte[]> environment = new ArrayList<>();
        if (array != null) {
            Pointer entry;
            for (long at = 0; (entry = array.getPointer(at)) != null; at += Native.POINTER_SIZE) {
                environment.add(entry.getByteArray(0, (int) entry.indexOf(0, (byte) 0)));
            }
        }
        return environment;
    }
}
