#!/usr/bin/env bash
# Runs every test that docs/qprocess.md names beside one of Qt's own, and the test of the page itself.
# The last line is 'N rows: N tested, N explained'; the exit code says whether all passed.
set -u
cd "$(dirname "$0")/.." || exit 1

./test.sh --filter 'Conformance=tst_qprocess|Conformance=tst_qlocalsocket|Conformance=table' "$@"
result=$?

awk -F '|' '
    /^## /                       { inside = /^## Conformance: / }
    inside && $2 ~ /^ *`[^`]+` *$/ { rows++; if ($3 ~ /`/) tested++ }
    END                          { printf "%d rows: %d tested, %d explained\n", rows, tested, rows - tested }
' docs/qprocess.md
exit "$result"
