#!/usr/bin/env bash
# Runs the Windows tests under Wine: test/wine.sh [--no-build] [PART-OF-A-TEST'S-NAME]. The last line is 'N passed, N failed'.
# Ends after at most five minutes, or TETHER_WINE_SECONDS; what has not been run by then counts as failed.
set -u
cd "$(dirname "$0")/.." || exit 1
. test/wine-environment.sh

if [ "${1-}" = --no-build ]; then
    shift
else
    dotnet publish test/Tether.WineTests -c Release -o "$home/tests" "${build[@]}" --nologo -v quiet || exit 1
fi

lay_out_runtime
# Fewer collections: see test/Tether.WineTests/Reflected.cs.
export DOTNET_GCgen0size=0x30000000
# The tests end by themselves before that.
TETHER_WINE_TIMEOUT=$((${TETHER_WINE_SECONDS:-290} + 30)) run_under_wine "$home/tests/tether-wine-tests.exe" "$@"
result=$?
[ "$result" -le 1 ] || echo "0 passed, 1 failed"
exit "$result"
