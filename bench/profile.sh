#!/usr/bin/env bash
# Where the time goes in the rows that docs/performance.md calls missed: bench/profile.sh DIRECTORY [NAME]... Writes a text for each of them, or of those named, made
# by perf (Debian: linux-perf; it needs root). bench/run.sh has to have been run before, as it builds the drivers.
set -eu
cd "$(dirname "$0")/.."
out=${1:?"usage: bench/profile.sh DIRECTORY [NAME]..."}
shift
wanted=" $* "
mkdir -p "$out"
program=$(realpath artifacts/bench-peers/program)
bench=$(realpath artifacts/bin/Tether.Bench/release/tether-bench)
data=$(mktemp)
trap 'rm -f "$data"' EXIT
[ -d /dev/shm ] && export TMPDIR=/dev/shm
ulimit -n "$(ulimit -Hn)"

# NAME COMMAND...
profile() {
    local name=$1
    shift
    [[ $wanted == "  " || $wanted == *" $name "* ]] || return 0
    {
        echo "# $name: ${*##*/}"
        perf record -a -g -F 1999 -o "$data" -- "$@" 2>/dev/null | head -n 5
        echo
        echo "## Share of both processors, by process and code"
        perf report -i "$data" --no-children -g none --sort comm,dso 2>/dev/null | grep -v -E '^#|^$' | head -n 20
        echo
        echo "## By function"
        perf report -i "$data" --no-children -g none --sort comm,dso,sym 2>/dev/null | grep -v -E '^#|^$|swapper' | head -n 40
    } >"$out/$name.txt"
    echo "$name"
}

driver() { # NAME WORK ARGUMENTS...
    local name=$1
    shift
    profile "$name" taskset -c 0 "$bench" driver "$program" "$@"
}

# 200 times `tether run` of a program that ends at once.
commands() {
    local home
    home=$(mktemp -d)
    for i in $(seq 200); do
        TETHER_HOME=$home "$tether" run -n "c$i" -- /bin/true
    done
    TETHER_HOME=$home "$tether" rm --ended >/dev/null
    rm -rf "$home"
}
# 200 times `tether ps` with 100 programs.
lists() {
    local home i
    home=$(mktemp -d)
    export TETHER_HOME=$home
    for i in $(seq 100); do
        "$tether" run -n "l$i" -- sleep 1000 >/dev/null
    done
    for i in $(seq 200); do
        "$tether" ps >/dev/null
    done
    for i in $(seq 100); do
        "$tether" kill "l$i" >/dev/null
    done
    "$tether" rm --ended >/dev/null
    rm -rf "$home"
}
export -f commands lists
tether=$(realpath artifacts/bin/Tether.Bench/release/tether)
export tether

profile command bash -c commands
profile list bash -c lists
profile start "$bench" driver "$program" start 200 0 0
profile start-big "$bench" driver "$program" start 100 2048 10000
driver output-blocks output blocks 1 0,1 $((1 << 30)) 1
driver output-no-client output blocks 1 0,1 $((1 << 30)) 0
driver output-three-clients output blocks 1 0,1 $((1 << 30)) 3
driver output-lines output lines 1 0,1 40000000 1
driver input input 1 0,1 $((1 << 30))
driver echo-same echo -1 -1 20000 sync
driver echo-split echo 1 -1 20000 sync
driver socket-same-synchronous sockets ours sync -1 20000 0 0
driver socket-split-synchronous sockets ours sync 1 20000 0 0
driver socket-same-asynchronous sockets ours async -1 20000 0 0
driver socket-rate-1024k sockets ours sync 1 0 $((1 << 30)) $((1 << 20))
profile kept-2000 "$bench" driver "$program" kept 2000 10
profile records-10000 "$bench" driver "$program" records 10000 20
