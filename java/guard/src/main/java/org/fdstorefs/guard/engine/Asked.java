// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.guard.engine;

import java.nio.ByteBuffer;
import org.fdstorefs.Errno;
import org.fdstorefs.fuse.Bytes;
import org.fdstorefs.fuse.FuseException;
import org.fdstorefs.fuse.wire.Journaled;
import org.fdstorefs.fuse.wire.Opcode;
import org.fdstorefs.fuse.wire.Reply;
import org.fdstorefs.fuse.wire.RequestBody;
import org.fdstorefs.fuse.wire.RequestHeader;
import org.fdstorefs.guard.state.Node;
import org.jspecify.annotations.Nullable;

/** A request of the kernel, and where its reply is put together. */
final class Asked {
    /** The memo of a request that a server may have got. */
    static final long SENT = 1;

    private static final long SOMETHING = -1;

    private final RequestHeader header;
    private final ByteBuffer in;
    private final int body;
    private final ByteBuffer out;
    private final Journaled journal;

    Asked(RequestHeader header, ByteBuffer in, int body, ByteBuffer out, Journaled journal) {
        this.header = header;
        this.in = in;
        this.body = body;
        this.out = out;
        this.journal = journal;
    }

    RequestHeader header() {
        return header;
    }

    /** The request itself is about to be sent; it moves this node, if that is known. */
    void moves(@Nullable Node node) {
        if (journal.memo() == SENT) {
            journal.memo(node == null ? SOMETHING : node.id());
        }
    }

    /** Whether a server may have got the request itself. */
    boolean mayHaveMoved() {
        return journal.memo() != SENT;
    }

    /** Whether the node was to be moved that was here, and is not any more: it is done, and noted in the state. */
    boolean hasMoved(@Nullable Node node) {
        long noted = journal.memo();
        return noted != SENT && noted != SOMETHING && (node == null || node.id() != noted);
    }

    Caller caller() {
        return Caller.of(header);
    }

    /** The request, behind the header. */
    ByteBuffer in() {
        return in.position(body);
    }

    ByteBuffer out() {
        return out;
    }

    long longAt(int offset) {
        return in.getLong(body + offset);
    }

    int intAt(int offset) {
        return in.getInt(body + offset);
    }

    /** The name that begins there in the body. */
    Bytes nameAt(int offset) {
        return RequestBody.name(at(offset));
    }

    /** The second of two names, of which the first begins there. */
    Bytes secondNameAt(int offset) {
        ByteBuffer names = at(offset);
        RequestBody.name(names);
        return RequestBody.name(names);
    }

    private ByteBuffer at(int offset) {
        return in.position(body + offset);
    }

    /** Data that begin there, of which the server says how many there are. */
    ByteBuffer dataAt(int offset, int length) throws FuseException {
        if (length < 0 || length > in.limit() - body - offset) {
            throw new FuseException(Errno.EIO);
        }
        return in.slice(body + offset, length);
    }

    /** Passes it on, and awaits an answer that is no error and has a body at least so long. */
    int pass(Message message, Calls calls, int atLeast) throws BackendGoneException, FuseException {
        int length = message.call(calls.backend(), out.clear());
        Calls.check(out, length, atLeast);
        return length;
    }

    /** Passes it on, and gives the answer whatever it is. */
    int passAsItIs(Message message, Calls calls) throws BackendGoneException, FuseException {
        int length = message.call(calls.backend(), out.clear());
        int error = Calls.error(out, length);
        return error == 0 ? length : Reply.error(out, error, header.unique());
    }

    /** The errno of the answer, which is in {@link #out}; 0 for none. */
    int errno() {
        return -out.getInt(Wire.OUT_ERROR);
    }

    /** Another request in its place, to which the answer is the same. */
    Message own(Opcode opcode, Message message, long backendNode) {
        return message.begin(opcode.code(), header.unique(), backendNode, caller());
    }

    /** The answer is that it is done. */
    int done() {
        out.clear().position(Wire.OUT_HEADER);
        return composed();
    }

    /** The answer is what is in {@link #out} up to its position. */
    int composed() {
        out.putInt(Wire.LENGTH, out.position()).putInt(Wire.OUT_ERROR, 0).putLong(Wire.UNIQUE, header.unique());
        return out.position();
    }
}
