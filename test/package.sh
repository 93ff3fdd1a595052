#!/usr/bin/env bash
# Packs the library with its keeper, and uses the package as a user would: from a feed, in a fresh project outside the repository.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

dotnet pack src/Tether -c Release -o "$place/feed" --nologo -v quiet
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

await using TetheredProcess process = await TetheredProcess.StartAsync(new ProcessSpec("sh", "-c", "cat; exit 3") { Name = "from-the-package" });
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
    output=$("$@") || code=$?
    rm -rf "$TETHER_HOME"
    if [ "$output" != "hello from the package" ] || [ "$code" != 3 ]; then
        echo "package.sh: $what wrote '$output' and exited with $code" >&2
        exit 1
    fi
    echo "package.sh: $what works"
}

check "dotnet run" dotnet run
dotnet publish -c Release -o "$place/published" --nologo -v quiet
check "the published application" "$place/published/app"
chmod -R a+rX "$place"
# Published by one user and run by another: the keeper must be executable for whoever may read it.
keeper=$(find "$place/published" -name tether-keeper)
[ "$(stat -c %A "$keeper" | cut -c10)" = x ] || { echo "package.sh: '$keeper' is not executable for other users" >&2; exit 1; }
unzip -l "$place"/feed/Tether.*.nupkg | grep -q 'runtimes/linux-x64/native/tether-keeper' || { echo "package.sh: the package has no keeper" >&2; exit 1; }
cd "$root"
