// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.guard.state.OpenHandle.Opening;

/** Changes states at random, and describes them. */
final class States {
    private static final int FILE = 0100000;
    private static final int DIRECTORY = 0040000;
    private static final int NAMES = 12;

    private final GuardState state;
    private final Random random;
    private long backend = 100;

    States(GuardState state, long seed) {
        this.state = state;
        this.random = new Random(seed);
    }

    private Bytes name() {
        return Bytes.of("name" + random.nextInt(NAMES));
    }

    private Node directory() {
        Node node = node();
        return node.type() == DIRECTORY ? node : state.tables().tree().root();
    }

    private Node node() {
        return state.node(random.nextInt(60)).orElse(state.tables().tree().root());
    }

    /** Changes anything. */
    void change() {
        Node node = node();
        switch (random.nextInt(14)) {
            case 0, 1, 2, 3 ->
                state.entered(directory(), name(), backend++, random.nextBoolean() ? FILE : DIRECTORY, backend % 3);
            case 4 -> state.removed(directory(), name());
            case 5 -> state.renamed(directory(), name(), directory(), name());
            case 6 -> state.exchanged(directory(), name(), directory(), name());
            case 7 -> state.open(node, new Opening(backend++, false, 2, 1, 2, 3), 5);
            case 8 -> state.handles().stream().findFirst().ifPresent(state::released);
            case 9 -> state.hide(node, new Hidden(state.tables().tree().root(), Hidden.name(node)));
            case 10 -> state.unhide(node);
            case 11 -> state.wrote(node, backend, ByteBuffer.wrap("data".getBytes(UTF_8)));
            case 12 -> state.synced(node);
            default -> other(node);
        }
    }

    private void other(Node node) {
        switch (random.nextInt(4)) {
            case 0 -> state.borrowMode(node, random.nextInt(07777));
            case 1 -> state.modeIsBack(node);
            case 2 -> state.agreed(new byte[] {(byte) random.nextInt(100), 1});
            default -> {
                if (!state.isOpened(node)) {
                    state.forget(node.id());
                }
            }
        }
    }

    /** All that outlives a guard. */
    static String describe(GuardState state) throws IOException {
        StringBuilder text = new StringBuilder(state.token());
        state.init()
                .ifPresent(init -> text.append(" init ").append(HexFormat.of().formatHex(init)));
        state.agreed()
                .ifPresent(
                        agreed -> text.append(" agreed ").append(HexFormat.of().formatHex(agreed)));
        TreeSet<String> lines = new TreeSet<>();
        state.tables().tree().forEach(node -> lines.add(describe(state, node)));
        lines.add(describe(state, state.tables().tree().root()));
        state.handles().stream()
                .sorted(Comparator.comparing(OpenHandle::id))
                .forEach(handle -> lines.add(handle.id() + " opens " + handle.node() + handle.opening()));
        lines.add("modes " + new TreeMap<>(state.borrowedModes()));
        for (int id = 1; id < 60; id++) {
            Node node = state.node(id).orElse(null);
            if (node != null) {
                state.pending(node)
                        .forEach(write ->
                                lines.add(node + " at " + write.offset() + " " + new String(write.data(), UTF_8)));
            }
        }
        lines.forEach(line -> text.append('\n').append(line));
        return text.toString();
    }

    private static String describe(GuardState state, Node node) {
        TreeSet<String> places = new TreeSet<>();
        state.places(node).stream()
                .filter(place -> state.node(place.parent().id()).isPresent()) // else the kernel has forgotten it
                .forEach(place -> places.add(place.parent() + "/" + place.name()));
        return node + " " + node.type() + " " + node.inode + " " + node.handles + places;
    }
}
