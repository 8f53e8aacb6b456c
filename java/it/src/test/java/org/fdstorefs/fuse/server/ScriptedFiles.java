// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.fuse.server;

import java.io.IOError;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.fdstorefs.fuse.Attributes;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.Entry;
import org.fdstorefs.fuse.FuseFileSystem;
import org.fdstorefs.fuse.Identity;
import org.fdstorefs.fuse.Request;
import org.fdstorefs.fuse.workers.Killed;

/**
 * A file system in which every name exists, those of directories beginning with "in-", and whose server dies when it is to remove certain names;
 * to remove "e" ends with an Error.
 * Thread-safe.
 */
final class ScriptedFiles implements FuseFileSystem {
    private static final String DIRECTORY = "in-";

    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final Set<String> deadly;
    private String source = "somewhere";
    private final CountDownLatch all;

    /** The server dies when requests for all of these names are being worked on. */
    ScriptedFiles(String... deadly) {
        this.deadly = new HashSet<>(List.of(deadly));
        this.all = new CountDownLatch(deadly.length);
    }

    /** The same, with another identity. */
    ScriptedFiles of(String other) {
        source = other;
        return this;
    }

    /** What was asked, in order. */
    List<String> calls() {
        return List.copyOf(calls);
    }

    @Override
    public Identity identity() {
        return Identity.of("scripted").with("source", source);
    }

    @Override
    public Duration entryValid() {
        return Duration.ZERO;
    }

    @Override
    public Entry lookup(Request request, Bytes name) {
        boolean directory = name.toString().startsWith(DIRECTORY);
        byte[] bytes = name.toArray();
        return new Entry(
                (directory ? 1000 : 0) + bytes[bytes.length - 1],
                0,
                attributes(directory ? Attributes.DIRECTORY : Attributes.REGULAR));
    }

    @Override
    public Attributes getAttributes(Request request) {
        return attributes(request.nodeId() == 1 || request.nodeId() > 1000 ? Attributes.DIRECTORY : Attributes.REGULAR);
    }

    @Override
    public void unlink(Request request, Bytes name) {
        calls.add("unlink " + name + (request.replayed() ? " replayed, memo " + request.memo() : ""));
        request.memo(name.toArray()[0]);
        if (name.toString().equals("e")) {
            throw new IOError(new IOException("on purpose"));
        }
        if (deadly.contains(name.toString())) {
            all.countDown();
            try {
                all.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new Killed();
        }
    }

    private static Attributes attributes(int type) {
        return Attributes.builder(1, type | 0755).build();
    }
}
