#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""An OCI archive of some files, for pods of the tests.

    image.py OUT NAME PROGRAM[:PATH]...     programs of this machine, static ones; the first is what a container starts
"""
import gzip
import hashlib
import io
import json
import pathlib
import sys
import tarfile


def add(tar, name, data, mode=0o644):
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), mode
    tar.addfile(info, io.BytesIO(data))


def layer_of(programs):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for program in programs:
            source, _, path = program.partition(":")
            add(tar, path or pathlib.Path(source).name, pathlib.Path(source).read_bytes(), 0o755)
    return buffer.getvalue()


def main(out, name, *programs):
    layer = layer_of(programs)
    first = programs[0].partition(":")[2] or pathlib.Path(programs[0]).name
    blobs = {}

    def blob(data, kind):
        digest = hashlib.sha256(data).hexdigest()
        blobs[digest] = data
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": f"sha256:{digest}", "size": len(data)}

    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Entrypoint": [f"/{first}"]},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": blob(json.dumps(config).encode(), "config.v1+json"),
        "layers": [blob(gzip.compress(layer, mtime=0), "layer.v1.tar+gzip")],
    }
    entry = blob(json.dumps(manifest).encode(), "manifest.v1+json")
    entry["annotations"] = {"io.containerd.image.name": name, "org.opencontainers.image.ref.name": name}
    with tarfile.open(out, "w") as tar:
        add(tar, "oci-layout", b'{"imageLayoutVersion": "1.0.0"}')
        add(tar, "index.json", json.dumps({"schemaVersion": 2, "manifests": [entry]}).encode())
        for digest, data in blobs.items():
            add(tar, f"blobs/sha256/{digest}", data)


if __name__ == "__main__":
    main(*sys.argv[1:])
