#!/usr/bin/env bash
# Packs the library with its keepers, and uses the package as a user would: from a feed, in a fresh project outside the repository. Where there
# is Wine, an application that is published for Windows is run there too.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

dotnet pack src/Tether -c Release -o "$place/feed" --nologo -v quiet
content=$(unzip -l "$place"/feed/Tether.*.nupkg)
for file in runtimes/linux-x64/native/tether-keeper keeper/win-x64/tether-keeper.exe; do
    grep -q "$file$" <<<"$content" || { echo "package.sh: the package has no '$file'" >&2; exit 1; }
done

mkdir "$place/app"
cd "$place/app"
cat >nuget.config <<CONFIG
<configuration>
  <config><add key="globalPackagesFolder" value="$place/packages" /></config>
  <packageSources><add key="tether-feed" value="$place/feed" /></packageSources>
</configuration>
CONFIG
dotnet new console --framework net10.0 >/dev/null
dotnet add package Tether >/dev/null
cat >Program.cs <<'PROGRAM'
using Tether;

if (args is ["worker"])
{
    Console.Write(Console.In.ReadToEnd());
    return 3;
}

ProcessSpec spec = new(Environment.ProcessPath!, "worker") { Name = "from-the-package" };
await using TetheredProcess process = await TetheredProcess.StartAsync(spec);
await process.StandardInput.WriteAsync("hello from the package\n"u8.ToArray());
await process.StandardInput.CompleteAsync();
await foreach (string line in process.StandardOutput.ReadLinesAsync())
{
    Console.WriteLine(line);
}

return (await process.WaitForExitAsync()).ExitCode;
PROGRAM
export TETHER_HOME="$place/home"

check() {
    local what=$1 output code
    shift
    code=0
    output=$("$@" | tr -d '\r') || code=$?
    rm -rf "$TETHER_HOME"
    if [ "$output" != "hello from the package" ] || [ "$code" != 3 ]; then
        echo "package.sh: $what wrote '$output' and exited with $code" >&2
        exit 1
    fi
    echo "package.sh: $what works"
}

set -o pipefail
check "dotnet run" dotnet run
dotnet publish -c Release -o "$place/published" --nologo -v quiet
check "the published application" "$place/published/app"
chmod -R a+rX "$place"
# Published by one user and run by another: the keeper must be executable for whoever may read it.
keeper=$(find "$place/published" -name tether-keeper)
[ "$(stat -c %A "$keeper" | cut -c10)" = x ] || { echo "package.sh: '$keeper' is not executable for other users" >&2; exit 1; }

if command -v wine >/dev/null; then
    dotnet publish -c Release -o "$place/windows" -r win-x64 --self-contained false --nologo -v quiet
    cd "$root"
    set +eu
    . test/wine-environment.sh
    lay_out_runtime
    unset TETHER_HOME
    TETHER_HOME="$place/home" check "the application published for Windows" run_under_wine "$place/windows/app.exe"
fi
cd "$root"
