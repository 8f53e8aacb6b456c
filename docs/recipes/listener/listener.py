#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""listener.py STORE PORT: says hello to whoever connects. Kill it, and start it again: nobody is refused."""
import errno, fcntl, os, socket, struct, sys

PUT, GET = 0x4010DF01, 0xDF02  # FDSTOREFS_IOC_* of fdstorefs.h

store, port = sys.argv[1], int(sys.argv[2])
entry = os.open(store + "/listener", os.O_RDWR | os.O_CREAT, 0o600)
try:
    listener = socket.socket(fileno=fcntl.ioctl(entry, GET))
except OSError as error:
    if error.errno != errno.ENODATA:
        raise
    # The first one, which listens and only then has something to put.
    listener = socket.create_server(("", port))
    fcntl.ioctl(entry, PUT, struct.pack("iIiI", listener.fileno(), 0, -1, 0))

while True:
    client, _ = listener.accept()
    with client:
        client.sendall(f"hello from process {os.getpid()}\n".encode())
