#!/usr/bin/env bash
# Builds what the tests need and runs them all. Arguments go to 'dotnet test' (for instance --filter Name~Start).
# The last line is 'N passed, N failed'; the exit code says whether all passed.
set -u
cd "$(dirname "$0")" || exit 1

arguments=("$@")
if [ "$(id -u)" -ne 0 ]; then
    echo "test.sh: left out is what only root can do: another user's files, a file system that gets full (Needs=root). As root it is run too." >&2
    filtered=
    for i in "${!arguments[@]}"; do
        if [ "${arguments[i]}" = --filter ] && [ $((i + 1)) -lt $# ]; then
            arguments[i + 1]="(${arguments[i + 1]})&Needs!=root"
            filtered=1
        fi
    done
    [ -n "$filtered" ] || arguments+=(--filter 'Needs!=root')
fi

passed=0
failed=0
for project in test/Tether.Tests test/Tether.EndToEnd.Tests; do
    log=$(mktemp)
    # In the background of a script these signals are ignored, and a test that interrupts a command would test that.
    env --default-signal=INT,QUIT dotnet test "$project" -c Release --nologo ${arguments[@]+"${arguments[@]}"} 2>&1 | tee "$log"
    result=${PIPESTATUS[0]}
    summary=$(grep -E '^(Passed|Failed)! ' "$log" | tail -n 1)
    rm -f "$log"
    if [ -z "$summary" ]; then
        echo "test.sh: $project did not come to run its tests" >&2
        failed=$((failed + (result != 0)))
        continue
    fi
    ours=$(sed -E 's/.*Failed: *([0-9]+).*/\1/' <<<"$summary")
    passed=$((passed + $(sed -E 's/.*Passed: *([0-9]+).*/\1/' <<<"$summary")))
    # A run that was aborted may count no failed test and still has failed.
    failed=$((failed + (ours == 0 && result != 0 ? 1 : ours)))
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
