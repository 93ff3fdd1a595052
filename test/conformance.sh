#!/usr/bin/env bash
# Runs every test that docs/qprocess.md names beside one of Qt's own, and the test of the page itself.
# The last line is 'N rows: N tested, N explained'; the exit code says whether all passed.
set -u
cd "$(dirname "$0")/.." || exit 1

./test.sh --filter 'Conformance=tst_qprocess|Conformance=tst_qlocalsocket|Conformance=table' "$@"
result=$?

pending=$(grep -c . test/Tether.Tests/QtConformance/not-merged-yet.txt)
[ "$pending" -eq 0 ] || echo "$pending names in docs/qprocess.md stand for what is not merged yet"
awk -F '|' '
    /^## /                       { inside = /^## Conformance: / }
    inside && $2 ~ /^ *`[^`]+` *$/ { rows++; if ($3 ~ /`/) tested++ }
    END                          { printf "%d rows: %d tested, %d explained\n", rows, tested, rows - tested }
' docs/qprocess.md
exit "$result"
