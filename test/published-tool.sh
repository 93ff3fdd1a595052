#!/usr/bin/env bash
# Publishes the command line as a user does, in its ahead-of-time form where the machine can and in its framework-dependent
# form, and does the main job with each.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
export TETHER_HOME="$scratch/home"
trap 'rm -rf "$scratch"' EXIT

expect() {
    if [ "$2" != "$3" ]; then
        echo "published-tool.sh: $1: expected '$2', got '$3'" >&2
        exit 1
    fi
}

check() {
    local tether="$1/tether" code=0
    expect "run" "job" "$("$tether" run -n job sh -c 'cat; echo err >&2; exit 7')"
    printf 'a\0\xff' | "$tether" send job --eof
    "$tether" wait job || code=$?
    expect "wait" 7 "$code"
    expect "logs of stdout" "$(printf 'a\0\xff' | sha256sum)" "$("$tether" logs job --stdout | sha256sum)"
    expect "logs of stderr" "err" "$("$tether" logs job --stderr)"
    expect "an argument that is no UTF-8" "$(printf 'x\xff' | sha256sum)" "$("$tether" run -a printf %s $'x\xff' | sha256sum)"
    "$tether" rm --ended
    expect "ps" 1 "$("$tether" ps -a | wc -l)"
}

for aot in '' -p:TetherAot=false; do
    echo "== dotnet publish src/Tether.Cli -c Release $aot"
    rm -rf "$scratch/tool"
    dotnet publish src/Tether.Cli -c Release -o "$scratch/tool" --nologo $aot
    check "$scratch/tool"
done
