# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
# Engines of the user "user", who has a session of systemd's. Sourced after lib.sh.

# Overlays do not go on overlays, here neither.
start_session() {
    room /home/user
    chown user: /home/user
    eventually quietly systemctl is-active user@1000.service || systemctl start user@1000.service
}

# A command as that user, in that session.
as_user() { # COMMAND...
    (cd /home/user && exec setpriv --reuid user --regid user --init-groups env HOME=/home/user USER=user \
        XDG_RUNTIME_DIR=/run/user/1000 DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus "${engine_environment[@]}" "$@")
}
engine_environment=()

block_as_user() { # NAME
    local text
    text=$(<"$here/blocks/$1")
    quietly as_user bash -ex -c "${text// my-server/ $shared my-server}"
}
