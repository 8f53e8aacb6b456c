#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Do a call of Kubernetes' container runtime interface, as the kubelet does.

    cri.py SOCKET CALL [JSON]     as: cri.py /run/containerd/containerd.sock StopContainer '{"container_id": "..."}'

Prints the fields of the answer, one a line: NAME VALUE. What a message consists of is read from cri.proto.
"""
import json
import re
import sys

import grpc

PROTO = "/usr/share/cri.proto"
SERVICE = "runtime.v1.RuntimeService"
VARINT, BYTES = 0, 2
NUMBERS = {"bool", "int32", "int64", "uint32", "uint64"}


def messages(text):
    """Of each message its fields: by name (type, number, whether repeated); of each enum the values."""
    text = re.sub(r"//[^\n]*", "", text)
    fields, values = {}, {}
    for kind, name, body in re.findall(r"^(message|enum) (\w+)\s*\{((?:[^{}]|\{[^{}]*\})*)\}", text, re.M):
        if kind == "enum":
            values[name] = {key: int(value) for key, value in re.findall(r"(\w+)\s*=\s*(\d+)", body)}
        else:
            fields[name] = {field: (type_, int(number), bool(repeated)) for repeated, type_, field, number in re.findall(
                r"(repeated )?([\w.]+|map<\w+, ?\w+>)\s+(\w+)\s*=\s*(\d+)", body)}
    return fields, values


FIELDS, ENUMS = messages(open(PROTO, encoding="utf-8").read())


def varint(number):
    out = bytearray()
    while number > 0x7f:
        out.append(number & 0x7f | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


def encode_field(type_, number, value):
    if type_ in ENUMS:
        return varint(number << 3 | VARINT) + varint(ENUMS[type_][value])
    if type_ in NUMBERS:
        return varint(number << 3 | VARINT) + varint(int(value))
    content = value.encode() if type_ == "string" else encode(type_, value)
    return varint(number << 3 | BYTES) + varint(len(content)) + content


def encode(message, value):
    out = b""
    for name, part in value.items():
        type_, number, repeated = FIELDS[message][name]
        for each in part if repeated else [part]:
            out += encode_field(type_, number, each)
    return out


def read_varint(data, at):
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 0x7f) << shift
        shift += 7
        if byte < 0x80:
            return number, at


def fields_of(data):
    """Number and content of each field of a message."""
    at = 0
    while at < len(data):
        key, at = read_varint(data, at)
        value, at = read_varint(data, at)
        if key & 7 == BYTES:
            value, at = data[at:at + value], at + value
        yield key >> 3, value


def show(message, data):
    names = {number: name for name, (_, number, _) in FIELDS[message].items()}
    for number, value in fields_of(data):
        print(names[number], value.decode(errors="replace") if isinstance(value, bytes) else value)


def call(socket, method, arguments):
    with grpc.insecure_channel("unix://" + socket) as channel:
        answer = channel.unary_unary(f"/{SERVICE}/{method}")(encode(method + "Request", arguments), timeout=180)
    show(method + "Response", answer)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    try:
        call(sys.argv[1], sys.argv[2], json.loads(sys.argv[3] if len(sys.argv) > 3 else "{}"))
    except grpc.RpcError as error:
        sys.exit(f"{sys.argv[2]}: {error.details()}")
