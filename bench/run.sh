#!/usr/bin/env bash
# The whole comparison: finds or installs the peers, builds their drivers (bench/peers) and runs everybody in turn.
# bench/run.sh [--quick] [--only WORK,WORK] [--out DIRECTORY]: --quick is the guard: under two minutes once the
# earlier Tether is built whose commit is in bench/baseline; it fails when a figure is far off that one's or a peer's.
# A peer that cannot be installed is reported as such in the results.
set -eu
cd "$(dirname "$0")/.."
build=artifacts/bench-peers
mkdir -p "$build"
build=$(realpath "$build")

missing=()
for package in gcc g++ pkg-config util-linux dtach tmux conmon supervisor qt6-base-dev python3; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ] && [ "$(id -u)" = 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq || true
    for package in "${missing[@]}"; do # one by one: one that is not to be had must not take the others along
        apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 || echo "not to be had: $package"
    done
fi
# The guard has no rows of these two.
if [[ " $* " != *" --quick "* ]] && command -v npm >/dev/null && [ ! -d "$build/node_modules/pm2" ]; then
    npm install --prefix "$build" --no-audit --no-fund --silent pm2@7 execa@9 >/dev/null 2>&1 || echo "not to be had: pm2, execa"
fi

for source in program runtime limits; do
    gcc -O2 -Wall -Wextra -o "$build/$source" "bench/peers/$source.c"
done
if pkg-config --exists Qt6Core Qt6Network; then
    # shellcheck disable=SC2046
    [ "$build/qt" -nt bench/peers/qt.cpp ] || g++ -O2 -fPIC -o "$build/qt" bench/peers/qt.cpp $(pkg-config --cflags --libs Qt6Core Qt6Network)
fi
dotnet build bench/Tether.Bench -c Release -v q --nologo

if [[ " $* " == *" --quick "* ]]; then
    commit=$(cat bench/baseline)
    before=$PWD/artifacts/bench-before/$commit
    git cat-file -e "$commit^{commit}" 2>/dev/null || git fetch --quiet --depth 1 origin "$commit" 2>/dev/null || true
    if [ ! -e "$before/complete" ] && git cat-file -e "$commit^{commit}" 2>/dev/null; then
        mkdir -p "$before"
        git archive "$commit" | tar -x -C "$before"
        (cd "$before" && dotnet build bench/Tether.Bench -c Release -v q --nologo) && touch "$before/complete"
    fi
    if [ -e "$before/complete" ]; then
        export BENCH_BEFORE=$before/artifacts/bin/Tether.Bench/release/
    else
        echo "the guard has nothing to compare with: commit $commit of bench/baseline is not in this clone and cannot be fetched. 'git fetch --unshallow' brings it." >&2
        exit 1
    fi
fi

ulimit -n "$(ulimit -Hn)"
# Records on a tmpfs, as under $XDG_RUNTIME_DIR.
[ -d /dev/shm ] && export TMPDIR=/dev/shm
export BENCH_SOURCES=bench/peers
exec artifacts/bin/Tether.Bench/release/tether-bench suite "$build" "$@"
