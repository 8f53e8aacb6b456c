# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# In the guest, to be sourced: how Java is started here, since starting it is most of the work.

# Sets $java for programs of the jars in $1, and $java_server for servers that are started again and
# again: what the first of them has loaded goes to the archive $2 (see train_java), which makes the
# others start faster; and they live too short for their code to be worth compiling.
prepare_java() { # JARS ARCHIVE
    local classpath
    classpath=$(printf '%s:' "$1"/fdstorefs*.jar "$1"/jna-*.jar "$1"/picocli-*.jar)
    java=(java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Xlog:disable
        -XX:ErrorFile=/out/hs_err%p.log -Djna.platform.library.path=/nonexistent -cp "$classpath")
    java_archive=$2
    java_server=("${java[@]}" -XX:SharedArchiveFile="$java_archive" -Xshare:auto -Xint)
    java_serve=(org.fdstorefs.mirror.MirrorServer serve)
}

# Have a server make the archive: it serves without a store until it is unmounted.
train_java() { # SOURCE MOUNT
    local line trainee
    coproc TRAINING { exec "${java[@]}" -XX:ArchiveClassesAtExit="$java_archive" "${java_serve[@]}" \
        --source "$1" --mount "$2" --warm-up; }
    trainee=$TRAINING_PID
    while read -r line <&"${TRAINING[0]}"; do
        [[ $line != serving* ]] || break
    done
    ls "$2" >/dev/null
    umount "$2"
    wait "$trainee"
}

# Puts fdstore into PATH, with an archive of its classes, as it starts in half of the time then.
prepare_fdstore() { # STAGE DIR
    cp -a "$1/lib" "$1/bin" "$2"
    PATH=$2/bin:$PATH
    fdstore-cds >/dev/null
}
