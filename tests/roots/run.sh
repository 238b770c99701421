#!/bin/bash
# `make test-roots`: what a new user does, on Debian releases that this machine does not have to be.  Makes a throw-away root of each by
# debootstrap, with nothing in it but make, puts a clone of this tree there, and runs `make demo` and `make test`.
#
#     tests/roots/run.sh [SUITE...]         default: bookworm trixie (Debian 12 and 13)
#
#     MIRROR=URL       a Debian mirror; default: the first of those in this machine's list for apt that has the suite
#     COMMANDS='A; B'  instead of 'make demo; make test'
#     ROOTS=DIR        where the roots lie while they are needed (4 GB each); default TMPDIR or /tmp.  KEEP=1 keeps them
#     ROOTS_LIMIT=S    seconds a command may take, default 5400
#
# Needs root, the mirror, and the right to mount and chroot; without them it says SKIPPED and why.  Commands are logged to
# build/roots/SUITE.log.  The roots have no /sys, as many containers have none.  `make demo` counts as one test, `make test` as its tests.
# shellcheck disable=SC2016,SC2317 # awk and apt expand; traps call
set -u
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
cd "$(dirname "$0")/../.." || exit 70
tree=$PWD logs=$PWD/build/roots keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ $# -gt 0 ] || set -- bookworm trixie
passed=0 failed=0 skipped=0

say() { printf 'roots: %s\n' "$*" >&2; }
skip() { # skip WHAT WHY
    skipped=$((skipped + 1))
    echo "SKIPPED $1: $2"
}
close() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ $failed -eq 0 ]
    exit
}

# --- may this machine do it? -------------------------------------------------------------------------------------------

lacks() { # prints what is in the way
    local program
    for program in debootstrap chroot unshare mount wget; do
        command -v $program >/dev/null || { echo "there is no $program here: apt-get install --no-install-recommends debootstrap"; return; }
    done
    [ "$(id -u)" -eq 0 ] || { echo "only root can make one"; return; }
    [ -r $keyring ] || { echo "no keys to check Debian's packages with: apt-get install debian-archive-keyring"; return; }
    unshare --mount --propagation private true 2>/dev/null || { echo "no right to mount (unshare --mount)"; return; }
    chroot / true 2>/dev/null || echo "no right to chroot"
}
if [ -z "${ROOTS_INSIDE:-}" ]; then
    why=$(lacks)
    [ -z "$why" ] || { skip "Debian roots" "$why"; close; }
    # Mounts of a namespace of its own end with it, whatever ends this script.
    ROOTS_INSIDE=1 exec unshare --mount --propagation private bash "$0" "$@"
fi

setting() { # setting NAME: of this machine's apt
    apt-config dump --format '%v%n' "$1" 2>/dev/null | head -n 1
}
http_proxy=${http_proxy:-$(setting Acquire::http::Proxy)} https_proxy=${https_proxy:-$(setting Acquire::https::Proxy)}
export http_proxy https_proxy
[ -n "$http_proxy" ] || unset http_proxy
[ -n "$https_proxy" ] || unset https_proxy

has_suite() { wget -q -T 20 -t 2 -O /dev/null "${1%/}/dists/$2/InRelease"; }
mirror_of() { # mirror_of SUITE
    local url
    for url in ${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | awk '!seen[$0]++')}; do
        has_suite "$url" "$1" && { echo "${url%/}"; return; }
    done
    return 1
}

# --- a root ------------------------------------------------------------------------------------------------------------

base=$(mktemp -d "${ROOTS:-${TMPDIR:-/tmp}}/engraft-roots.XXXXXX") || exit 73
mkdir -p "$logs"
pid=''
end_inside() { # what still runs in a root, by its root folder
    local process
    for process in /proc/[0-9]*; do
        [[ $(readlink "$process/root" 2>/dev/null) != "$base"/* ]] || kill -KILL "${process#/proc/}" 2>/dev/null
    done
}
remove() { # remove ROOT
    end_inside
    while umount -R "$1" 2>/dev/null; do :; done
    if findmnt -rno TARGET | grep -q "^$1"; then
        say "still mounted, so kept: $1"
    elif [ -z "${KEEP:-}" ]; then
        rm -rf --one-file-system "$1"
    else
        say "kept: $1"
    fi
}
cleanup() {
    [ -z "$pid" ] || kill "$pid" 2>/dev/null
    local root
    for root in "$base"/*/; do
        [ ! -d "$root" ] || remove "${root%/}"
    done
    rmdir "$base" 2>/dev/null
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

# What apt needs there and debootstrap does not bring: proxy, the host's certificates, names.
settings() { # settings ROOT
    local name
    for name in Acquire::http::Proxy Acquire::https::Proxy Acquire::Check-Valid-Until Acquire::Check-Date; do
        [ -z "$(setting $name)" ] || printf '%s "%s";\n' $name "$(setting $name)"
    done >"$1/etc/apt/apt.conf.d/90host"
    cp -L /etc/hosts /etc/resolv.conf "$1/etc/" 2>/dev/null
    [ ! -r /etc/ssl/certs/ca-certificates.crt ] ||
        { mkdir -p "$1/etc/ssl/certs" && cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"; }
}
put_tree() { # put_tree ROOT
    mkdir -p "$1/root/engraft"
    if git rev-parse --git-dir >/dev/null 2>&1; then
        [ -z "$(git status --porcelain 2>/dev/null)" ] || say "what is not committed is not tested"
        git clone -q --no-hardlinks "$tree" "$1/root/engraft"
    else
        tar -c --exclude=./build --exclude=./demo . | tar -x -C "$1/root/engraft"
    fi
}
make_root() { # make_root SUITE MIRROR ROOT: a root that is a mount, as a machine's is
    mkdir -p "$3" && mount --bind "$3" "$3" &&
        debootstrap --variant=minbase --include=make --keyring=$keyring --force-check-gpg "$1" "$3" "$2" && mount -t proc proc "$3/proc" && mount -t tmpfs tmpfs "$3/dev/shm" &&
        mount -t devpts -o newinstance,ptmxmode=0666 devpts "$3/dev/pts"
}

inside() { # inside ROOT COMMAND: with an environment as after a login
    timeout -k 30 "${ROOTS_LIMIT:-5400}" chroot "$1" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root ${JOBS:+JOBS="$JOBS"} \
        LANG=C.UTF-8 TEST_LIMIT="${TEST_LIMIT:-900}" bash -c "cd /root/engraft && $2" </dev/null &
    pid=$!
    wait $pid
}

# Runs a command and counts: the tests that it counts itself, or one.
try() { # try SUITE ROOT COMMAND
    local log=$logs/$1.log from status counts start=$SECONDS
    printf '\n=== %s\n' "$3" >>"$log"
    from=$(wc -l <"$log")
    inside "$2" "$3" >>"$log" 2>&1
    status=$?
    pid=''
    counts=$(tail -n 1 "$log" | sed -nE 's/^([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?$/\1 \2 0\4/p')
    [ -n "$counts" ] || counts=$([ $status -eq 0 ] && echo 1 0 0 || echo 0 1 0)
    read -r p f s <<<"$counts"
    [ $status -eq 0 ] || [ "$f" -gt 0 ] || f=1
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + 10#$s))
    printf '%-6s %-10s %-24s %6d passed %6d s\n' "$([ "$f" -eq 0 ] && echo ok || echo FAILED)" "$1" "$3" "$p" $((SECONDS - start))
    if [ "$f" -gt 0 ]; then
        echo "------ $1: $3: status $status; $log"
        sed -n "$from,\$p" "$log" | { grep -A 40 -E '^FAILED |^------ |[Ee]rror' || cat; } | tail -n 150 | sed 's/^/    /'
        echo "------"
    else
        sed -n "$from,\$p" "$log" | grep '^SKIPPED '
    fi
}

for suite in "$@"; do
    root=$base/$suite
    : >"$logs/$suite.log"
    mirror=$(mirror_of "$suite") || { skip "Debian $suite" "no mirror of it can be reached; MIRROR=URL names one"; continue; }
    if ! make_root "$suite" "$mirror" "$root" >>"$logs/$suite.log" 2>&1; then
        tail -n 5 "$logs/$suite.log" | sed 's/^/    /'
        skip "Debian $suite" "debootstrap could not make its root; $logs/$suite.log"
    elif ! settings "$root" || ! put_tree "$root"; then
        failed=$((failed + 1))
        echo "FAILED $suite: the tree could not be copied"
    else
        IFS=';' read -r -a commands <<<"${COMMANDS:-make demo; make test}"
        for command in "${commands[@]}"; do
            try "$suite" "$root" "${command# }"
        done
    fi
    remove "$root"
done
close
