#!/usr/bin/env bash
# Sends ten million mutated frames to live keepers, then floods and fills them (test/Tether.Fuzz). One line of counts; 0 when nothing was lost.
# Arguments: --frames N, --seed N, --workers N, --flood N.
set -u
cd "$(dirname "$0")/.." || exit 1

exec dotnet run --project test/Tether.Fuzz -c Release -- "$@"
