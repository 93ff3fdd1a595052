#!/usr/bin/env bash
# Runs the Windows tests under Wine: test/wine.sh [--no-build] [PART-OF-A-TEST'S-NAME]. The last line is 'N passed, N failed'.
set -u
cd "$(dirname "$0")/.." || exit 1
. test/wine-environment.sh

if [ "${1-}" = --no-build ]; then
    shift
else
    dotnet publish test/Tether.WineTests -c Release -o "$home/tests" "${build[@]}" --nologo -v quiet || exit 1
fi

lay_out_runtime
# What a run leaves that was ended from outside.
rm -rf "$home"/prefix/drive_c/users/*/Temp/tether-*
# Fewer collections: see test/Tether.WineTests/Reflected.cs.
export DOTNET_GCgen0size=0x30000000
run_under_wine "$home/tests/tether-wine-tests.exe" "$@"
