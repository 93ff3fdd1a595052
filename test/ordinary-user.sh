#!/usr/bin/env bash
# Runs the tests as an ordinary user, for whom the kernel's limits on pipes count, from a copy of what ./test.sh has built. Run by root, it makes
# that user. Tests that read the source tree stay out, which may be closed to that user. The last line is 'N passed, N failed'.
set -u
cd "$(dirname "$0")/.." || exit 1

user=tether-tests
if [ "$(id -u)" -ne 0 ]; then
    echo "ordinary-user.sh: you are one: ./test.sh does it" >&2
    exit 2
fi
id "$user" >/dev/null 2>&1 || useradd --system --no-create-home --shell /bin/sh "$user" || exit 1

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cp -r artifacts/bin/Tether.Tests/release "$place/unit" && cp -r artifacts/bin/Tether.EndToEnd.Tests/release "$place/end-to-end" || exit 1
mkdir "$place/home" && chown -R "$user" "$place" || exit 1

passed=0
failed=0
run() {
    local log summary
    log=$(mktemp)
    (cd "$place" && setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups env -i PATH=/usr/local/bin:/usr/bin:/bin HOME="$place/home" \
        DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 dotnet vstest "$place/$1" --TestCaseFilter:"($2)&Needs!=root") 2>&1 | tee "$log"
    summary=$(grep -E '^(Passed|Failed)! ' "$log" | tail -n 1)
    if [ -n "$summary" ]; then
        passed=$((passed + $(sed -E 's/.*Passed: *([0-9]+).*/\1/' <<<"$summary")))
        failed=$((failed + $(sed -E 's/.*Failed: *([0-9]+).*/\1/' <<<"$summary")))
    else
        echo "ordinary-user.sh: $1 did not come to run its tests" >&2
        failed=$((failed + 1))
    fi
    rm -f "$log"
}

run unit/Tether.Tests.dll 'FullyQualifiedName!~Documentation&FullyQualifiedName!~PublicApi&FullyQualifiedName!~QtInterop'
run end-to-end/Tether.EndToEnd.Tests.dll 'FullyQualifiedName~Start|FullyQualifiedName~Keep.AttachTests|FullyQualifiedName~Keep.StateTests|FullyQualifiedName~Keep.ByteTests|FullyQualifiedName~Keep.FullDisk|FullyQualifiedName~Skew|FullyQualifiedName~SuspectedFault|FullyQualifiedName~DamagedRecord'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
