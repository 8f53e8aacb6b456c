#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# listener.sh STORE PORT: says hello to whoever connects. Kill it, and start it again: nobody is refused.
# What a shell cannot do itself, systemd-socket-activate (listen) and socat (accept) do.
set -eu
set=$1/listener port=$2

set -- socat ACCEPT-FD:3,fork "SYSTEM:echo hello from process \$PPID"

# The first one waits for a connection, puts the listener into a new set, and then serves.
[ -d "$set" ] || exec systemd-socket-activate -l "$port" fdstore import "$set" -- "$@"

# All of the set, from descriptor 3 on.
exec fdstore export "$set" -- "$@"
