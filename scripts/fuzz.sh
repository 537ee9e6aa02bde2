#!/usr/bin/env bash
# Runs the fuzz targets one after the other, each for the time given (such as 10s): those of all
# packages, or of the folders that follow.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-10s}
shift || true
log=$(mktemp)
trap 'rm -f "$log"' EXIT
[ $# -gt 0 ] || set -- shared functions scripts tests
grep -rlE '^func Fuzz' --include='*_test.go' "$@" | xargs -n1 dirname | sort -u | while read -r dir; do
  grep -hoE '^func Fuzz[A-Za-z0-9_]*' "$dir"/*_test.go | sed 's/^func //' | sort -u | while read -r target; do
    echo "== $dir $target"
    # Large seeds would otherwise spend the time on being made smaller.
    if ! go test "./$dir" -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 10x >"$log" 2>&1; then
      cat "$log"
      # On a busy machine Go's own coordinator may miss the end of the time and call that a
      # failure, without an input that failed (go.dev/issue/48591).
      grep -q 'context deadline exceeded' "$log" && ! grep -qE 'Failing input|panic|hung' "$log" || exit 1
      echo "   out of time, nothing found"
      continue
    fi
    tail -n 3 "$log"
  done
done
