#!/usr/bin/env bash
# Runs the Windows tests under Wine: test/wine.sh [--no-build] [PART-OF-A-TEST'S-NAME]. The last line is 'N passed, N failed'.
# Ends after at most five minutes, or TETHER_WINE_SECONDS; what has not been run by then counts as failed.
# Needs Wine (Debian: apt-get install wine wine64). Everything that it makes is under artifacts/wine.
set -u
cd "$(dirname "$0")/.." || exit 1

command -v wine >/dev/null || { echo "wine.sh: there is no wine. On Debian: apt-get install wine wine64" >&2; exit 1; }
home=$PWD/artifacts/wine
mkdir -p "$home"
# Built in a place of its own: what is built for Linux stays as it is.
build=(-p:TetherRuntime=win-x64 "-p:ArtifactsPath=$home/build")
if [ "${1-}" = --no-build ]; then
    shift
else
    dotnet publish test/Tether.WineTests -c Release -o "$home/tests" "${build[@]}" --nologo -v quiet || exit 1
fi

# A runtime laid out from the pack, as the tests depend on the framework: one that is built into each program would be 78 MB each.
version=$(dotnet msbuild test/Tether.WineTests "${build[@]}" -getProperty:WindowsRuntimeVersion)
pack=$(dotnet msbuild test/Tether.WineTests "${build[@]}" -getProperty:NuGetPackageRoot)/microsoft.netcore.app.runtime.win-x64/$version/runtimes/win-x64
runtime=$home/runtime-$version
if [ ! -e "$runtime/complete" ]; then
    shared=$runtime/shared/Microsoft.NETCore.App/$version
    mkdir -p "$runtime/host/fxr/$version" "$shared"
    cp "$pack"/lib/net*/* "$pack"/native/* "$shared" || exit 1
    cp "$pack/native/hostfxr.dll" "$runtime/host/fxr/$version/" || exit 1
    touch "$runtime/complete"
fi

# Nothing of Wine's may hold this script's output: its services live on, and whoever reads it would wait for them.
export WINEPREFIX=$home/prefix WINEARCH=win64 WINEDEBUG=-all DISPLAY=
if [ ! -e "$WINEPREFIX/complete" ]; then
    rm -rf "$WINEPREFIX"
    wineboot -i >"$home/prefix.log" 2>&1 </dev/null \
        && wine winecfg -v win10 >>"$home/prefix.log" 2>&1 </dev/null \
        && wine reg add 'HKLM\Software\Microsoft\Windows NT\CurrentVersion\AeDebug' /v Debugger /d false /f >>"$home/prefix.log" 2>&1 </dev/null \
        && wine reg add 'HKLM\Software\dotnet\Setup\InstalledVersions\x64' /v InstallLocation /d "$(winepath -w "$runtime" 2>/dev/null)" /f /reg:32 \
            >>"$home/prefix.log" 2>&1 </dev/null \
        && touch "$WINEPREFIX/complete" || { echo "wine.sh: no prefix could be made; see $home/prefix.log" >&2; exit 1; }
fi

# On Windows a user's temporary directory is the user's alone; Wine makes the access list of a directory from its mode.
umask 077
# What a run leaves that was ended from outside.
rm -rf "$WINEPREFIX"/drive_c/users/*/Temp/tether-*
DOTNET_ROOT=$(winepath -w "$runtime" 2>/dev/null)
# Fewer collections: see test/Tether.WineTests/Reflected.cs.
export DOTNET_ROOT DOTNET_GCgen0size=0x30000000
timeout 900 wine "$home/tests/tether-wine-tests.exe" "$@" >"$home/output.log" 2>"$home/errors.log" </dev/null
result=$?
cat "$home/output.log"
[ "$result" -le 1 ] || tail -n 20 "$home/errors.log" >&2
wineserver -k 2>/dev/null
# It ends by itself before that.
[ "$result" -ne 124 ] || echo "0 passed, 1 failed"
exit "$result"
