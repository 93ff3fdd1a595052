#!/usr/bin/env bash
# Runs the story of samples/01-video-worker under Wine: the sharing violation of today's way, and none with Tether.
set -u
cd "$(dirname "$0")/.." || exit 1
. test/wine-environment.sh

dotnet publish samples/01-video-worker -c Release -o "$home/sample" "${build[@]}" --nologo -v quiet || exit 1
lay_out_runtime
run_under_wine "$home/sample/video-worker.exe"
