// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;

/** A service whose methods take one message and give one: in place of what a generator would write. */
final class Unary {
    private final String service;
    private final Log log;
    private final ServerServiceDefinition.Builder methods;

    Unary(String service, Log log) {
        this.service = requireNonNull(service, "service is null");
        this.log = requireNonNull(log, "log is null");
        this.methods = ServerServiceDefinition.builder(service);
    }

    /** What a method does. */
    @FunctionalInterface
    interface Method<Q, A> {
        A answer(Q request) throws StatusException, IOException;
    }

    /** Adds a method; {@code request} and {@code answer} are examples of its messages. */
    <Q extends Message, A extends Message> Unary method(String name, Q request, A answer, Method<Q, A> method) {
        MethodDescriptor<Q, A> descriptor = MethodDescriptor.<Q, A>newBuilder()
                .setType(MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
                .setRequestMarshaller(ProtoUtils.marshaller(request))
                .setResponseMarshaller(ProtoUtils.marshaller(answer))
                .build();
        methods.addMethod(
                descriptor, ServerCalls.asyncUnaryCall((asked, observer) -> call(name, method, asked, observer)));
        return this;
    }

    ServerServiceDefinition service() {
        return methods.build();
    }

    private <Q, A> void call(String name, Method<Q, A> method, Q request, StreamObserver<A> observer) {
        A answer;
        try {
            answer = method.answer(request);
        } catch (StatusException e) {
            log.warn(
                    "refused",
                    "call",
                    name,
                    "code",
                    e.getStatus().getCode(),
                    "reason",
                    e.getStatus().getDescription());
            observer.onError(e);
            return;
        } catch (IOException | RuntimeException e) {
            log.error("failed", "call", name, "reason", e);
            observer.onError(
                    Status.INTERNAL.withDescription(e.toString()).withCause(e).asException());
            return;
        }
        observer.onNext(answer);
        observer.onCompleted();
    }
}
