# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
# A Debian that mmdebstrap makes. Sourced after common.sh.

# Print the tar of one. LIST: its first line ends with the packages.
debian_root() { # 'SUITES' LIST [MMDEBSTRAP-OPTION...]
    local suites packages sources mode=unshare proxies=() line
    read -ra suites <<<"$1"
    packages=$(head -n 1 "$2" | sed 's/.*: //')
    sources=$("$here/lib/sources" "${suites[@]}")
    shift 2
    [[ $(id -u) != 0 ]] || mode=root
    # A proxy from the machine's apt settings is for mmdebstrap's apt too.
    while read -r line; do
        proxies+=(--aptopt="$line")
    done < <(apt-config dump | grep -E '^Acquire::https?::Proxy ' || true)
    # nobody reads there
    HOME=/ TMPDIR=/tmp mmdebstrap --quiet --variant=essential --mode="$mode" --architectures=amd64 \
        --include="$packages" "${proxies[@]}" \
        --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/man/*' \
        "$@" "${suites[0]}" - - <<<"$sources"
}
