#!/usr/bin/env bash
# cdk-nag's AWS Solutions rules over the templates below a folder; check.js says how.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
command -v npm >/dev/null || { echo "nag: Node.js 20 or later with npm is needed" >&2; exit 1; }
modules=$root/.build/nag
if ! cmp -s "$here/package-lock.json" "$modules/package-lock.json"; then
  mkdir -p "$modules"
  cp "$here/package.json" "$here/package-lock.json" "$modules/"
  npm --prefix "$modules" ci --no-fund --no-audit --silent
fi
NODE_PATH=$modules/node_modules node "$here/check.js" "$1" "$here/reasons.txt"
