# To be sourced by the scripts that run something under Wine: a runtime and a prefix, made when they are missing, and the variables that
# point to them. Needs Wine and what links for it (Debian: apt-get install wine wine64 lld gcc-mingw-w64-x86-64-win32). Everything that it makes is under artifacts/wine.
command -v wine >/dev/null || { echo "$(basename "$0"): there is no wine. On Debian: apt-get install wine wine64" >&2; exit 1; }
home=$PWD/artifacts/wine
# Wine makes the names of files from this; without it there is no name beyond ASCII.
export LC_ALL=C.UTF-8
mkdir -p "$home"
# Built in a place of its own: what is built for Linux stays as it is.
build=(-p:TetherRuntime=win-x64 -p:TetherAot=true "-p:ArtifactsPath=$home/build")

# A runtime laid out from the pack, as the programs depend on the framework: one that is built into each program would be 78 MB each.
lay_out_runtime() {
    local version pack shared
    version=$(dotnet msbuild test/Tether.WineTests "${build[@]}" -getProperty:WindowsRuntimeVersion)
    pack=$(dotnet msbuild test/Tether.WineTests "${build[@]}" -getProperty:NuGetPackageRoot)/microsoft.netcore.app.runtime.win-x64/$version/runtimes/win-x64
    [ -n "$version" ] || { echo "$(basename "$0"): MSBuild does not tell the version of the runtime" >&2; exit 1; }
    runtime=$home/runtime-$version
    [ -e "$runtime/complete" ] && return
    [ -e "$pack" ] || dotnet restore test/Tether.WineTests "${build[@]}" --verbosity quiet || exit 1
    shared=$runtime/shared/Microsoft.NETCore.App/$version
    mkdir -p "$runtime/host/fxr/$version" "$shared"
    cp "$pack"/lib/net*/* "$pack"/native/* "$shared" || exit 1
    cp "$pack/native/hostfxr.dll" "$runtime/host/fxr/$version/" || exit 1
    touch "$runtime/complete"
}

# The runtime's place is in the registry too, for a program whose environment is empty.
# Nothing of Wine's may hold a script's output: its services live on, and whoever reads it would wait for them.
make_prefix() {
    export WINEPREFIX=$home/prefix WINEARCH=win64 WINEDEBUG=-all DISPLAY= TZ=UTC
    [ -e "$WINEPREFIX/complete" ] && return
    rm -rf "$WINEPREFIX"
    wineboot -i >"$home/prefix.log" 2>&1 </dev/null \
        && wine winecfg -v win10 >>"$home/prefix.log" 2>&1 </dev/null \
        && wine reg import test/wine.reg >>"$home/prefix.log" 2>&1 </dev/null \
        && wine reg add 'HKLM\Software\dotnet\Setup\InstalledVersions\x64' /v InstallLocation /d "$(winepath -w "$runtime" 2>/dev/null)" /f /reg:32 \
            >>"$home/prefix.log" 2>&1 </dev/null \
        && { wineserver -k; wineserver -w; touch "$WINEPREFIX/complete"; } || { echo "$(basename "$0"): no prefix could be made; see $home/prefix.log" >&2; exit 1; }
}

# A copy of Wine's library that clears less of each thread's stack (test/wine-preload.c). One that looks otherwise is left as it is.
patch_ntdll() {
    local library
    for library in /usr/lib/*/wine/x86_64-windows/ntdll.dll; do
        [ -e "$library" ] || return
        perl -0777 -pe 's/\x48\x8d\xb9\x00\x00\xf1\xff(?=\x48\x89\xfc\x48\x29\xf9\x31\xc0)/\x48\x8d\xb9\x00\x00\xff\xff/' "$library" >"$home/ntdll.dll" || exit 1
        export TETHER_WINE_NTDLL=$home/ntdll.dll
    done
}

# Runs a program, with its output at the end. The program's exit code; 124 when it did not end in time.
run_under_wine() {
    local result
    # On Windows a user's temporary directory is the user's alone; Wine makes the access list of a directory from its mode. Its server, which
    # makes the files, stays from the making of the prefix on.
    umask 077
    make_prefix
    gcc -O2 -Wall -Wextra -Werror -shared -fPIC -o "$home/preload.so" test/wine-preload.c || exit 1
    patch_ntdll
    # What a run leaves that was ended from outside.
    rm -rf "$WINEPREFIX"/drive_c/users/*/Temp/tether-*
    # What winepath says, which fails while the server of the last run is still on its way out.
    export DOTNET_ROOT="Z:${runtime//\//\\}"
    LD_PRELOAD=$home/preload.so timeout "${TETHER_WINE_TIMEOUT:-300}" wine "$@" >"$home/output.log" 2>"$home/errors.log" </dev/null
    result=$?
    cat "$home/output.log"
    [ "$result" -le 1 ] || tail -n 20 "$home/errors.log" >&2
    wineserver -k 2>/dev/null
    [ "$result" -ne 124 ] || echo "$(basename "$0"): the run did not end in time" >&2
    return "$result"
}
