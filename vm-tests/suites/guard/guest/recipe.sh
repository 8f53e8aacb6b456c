# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # recipes use what is set here
# In the guest, to be sourced: the FUSE servers of servers.d, which are to be guarded. A recipe there sets, for the
# directories $source and $reference, which are on a tmpfs each, and $guard, where this is:
#   command         starts the server in the foreground; {} is the mount point
#   read_only       "yes" if nothing can be written there; then $reference/known is what is to be seen, and of the files
#                   whose names are in $reference/unstable, the contents change; see the soak's tree
#   lacks           what it does not have, of what the soak's common.sh names
#   workloads       of the soak, for which it is good enough
#   soak_options    more of the soak's options
#   prepare         a function that makes what is needed in $source
#   left            a function that prints what is left there after all is removed
guard=$(dirname "$(realpath "${BASH_SOURCE[0]}")")

# Read the recipe of a server.
load_recipe() { # NAME
    read_only='' lacks='' workloads=files,tar,git,sqlite,fsx soak_options=()
    prepare() { :; }
    left() { [[ $read_only ]] || ls -A "$source"; }
    if [[ ! -e $guard/servers.d/$1 ]]; then
        echo "no such server: $1" >&2
        return 2
    fi
    # shellcheck disable=SC1090
    source "$guard/servers.d/$1"
    [[ ! $read_only ]] || workloads=tree
}

# The command, with a mount point for {}.
set_mount_point() { # DIR
    command=("${command[@]//'{}'/"$1"}")
}

# Start the server without a guard, and wait until it serves: its process is $server.
start_unguarded() { # MOUNT
    local mount=$1
    set_mount_point "$mount"
    "${command[@]}" &
    server=$!
    until mountpoint -q "$mount"; do
        kill -0 "$server" || return
        sleep 0.05
    done
}

# A mount of the server without a guard, which stays.
unguarded() { # MOUNT
    mkdir -p "$1"
    local command=("${command[@]}") server
    start_unguarded "$1"
}

# A tree of which nothing is changed: many names, large files and small ones.
make_known_tree() { # DIR
    local i
    mkdir -p "$1"/{many,deep/er/and/deeper,large}
    for i in {1..400}; do echo "$i" >"$1/many/a-file-with-a-rather-long-name-$i"; done
    for i in {1..20}; do seq "$i" "${i}00" >"$1/deep/er/text$i"; done
    for i in {1..4}; do head -c "$((i * 700000 + i))" /dev/urandom >"$1/large/random$i"; done
    : >"$1/empty"
    ln -s er/text1 "$1/deep/link"
    find "$1" -exec touch -h -d @1700000000 {} +
}

# The guest's /usr with the servers, in a mount namespace of our own. What both have is the guest's.
use_fuse_servers() {
    local image
    image=$(mktemp -d)
    modprobe loop
    mount -o loop,ro "$guard/fuse-servers.squashfs" "$image"
    mount -t overlay -o "ro,lowerdir=/usr:$image" servers /usr
}
