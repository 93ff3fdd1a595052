#!/usr/bin/env bash
# Prints the leak matrix: which descriptors of a launcher stay busy in the programs that it started, with Tether and with
# System.Diagnostics.Process. Exits with 0 when Tether leaks none, and Process every one.
set -u
cd "$(dirname "$0")/.." || exit 1

log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet test test/Tether.EndToEnd.Tests -c Release --nologo --filter FullyQualifiedName~LeakMatrix --logger 'console;verbosity=detailed' >"$log" 2>&1
result=$?
grep -E '^ *(\||leak matrix:)' "$log" | sed -E 's/^ +//' || true
if [ "$result" -ne 0 ] || ! grep -q 'leak matrix:' "$log"; then
    cat "$log" >&2
    exit 1
fi
