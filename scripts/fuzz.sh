#!/usr/bin/env bash
# Runs the fuzz targets one after the other, each for the time given (such as 10s): those of all
# packages, or of the folders that follow.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-10s}
shift || true
[ $# -gt 0 ] || set -- shared functions scripts tests
grep -rlE '^func Fuzz' --include='*_test.go' "$@" | xargs -n1 dirname | sort -u | while read -r dir; do
  grep -hoE '^func Fuzz[A-Za-z0-9_]*' "$dir"/*_test.go | sed 's/^func //' | sort -u | while read -r target; do
    echo "== $dir $target"
    # Large seeds would otherwise spend the time on being made smaller.
    go test "./$dir" -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 10x
  done
done
