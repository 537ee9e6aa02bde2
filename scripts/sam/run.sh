#!/usr/bin/env bash
# Runs tests/sam: stock "sam local invoke" on the synthesised templates. "run.sh check" only tells
# whether a Docker engine is there, or one can be started, which it does.
#
# Lambda's base image is pulled; where that cannot be, a stand-in is built from a static busybox, and
# removed again with what sam made of it. SAM's emulator brings its own Runtime API, so that the image
# needs a shell and file tools only.
set -euo pipefail
cd "$(dirname "$0")/../.."
base=public.ecr.aws/lambda/provided:al2023-x86_64
emulation=public.ecr.aws/lambda/provided:al2023-rapid-x86_64 # what sam builds from it

engine() { docker info >/dev/null 2>&1; }
# dockerd can be started by root only.
startable() { [ "$(id -u)" = 0 ] && command -v dockerd >/dev/null; }
if ! command -v docker >/dev/null || { ! engine && ! startable; }; then
  cat >&2 <<'TEXT'
sam: there is no Docker engine, and sam local invoke runs functions in containers.
  Debian, Ubuntu   apt-get install docker.io
  others           https://docs.docker.com/engine/install/
  macOS, Windows   Docker Desktop or Colima, with this project inside a Linux machine of theirs
The engine has to run, and this user has to reach it: "docker info" tells.
Without Docker, "go run ./scripts/invoke" runs the functions behind a Runtime API.
TEXT
  exit 1
fi

work=$(mktemp -d)
daemon=
standin=
cleanup() {
  if [ -n "$standin" ]; then docker rmi --force "$base" "$emulation" >/dev/null 2>&1 || true; fi
  if [ -n "$daemon" ]; then kill "$daemon" 2>/dev/null && wait "$daemon" || true; fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

if ! engine; then
  echo "sam: starting dockerd for this run" >&2
  dockerd >"$work/dockerd.log" 2>&1 &
  daemon=$!
  for _ in $(seq 60); do
    if engine; then break; fi
    kill -0 "$daemon" 2>/dev/null || break
    sleep 1
  done
  engine || { echo "sam: dockerd does not start here:" >&2; tail -5 "$work/dockerd.log" >&2; exit 1; }
fi

if [ "${1:-}" = check ]; then exit 0; fi

if ! docker image inspect "$base" >/dev/null 2>&1 && ! timeout 120 docker pull --quiet "$base" >/dev/null 2>&1; then
  busybox=$(command -v busybox || true)
  if [ -z "$busybox" ] || ldd "$busybox" >/dev/null 2>&1; then
    echo "sam: $base cannot be pulled, and a stand-in needs a static busybox (Debian: apt-get install busybox-static)" >&2
    exit 1
  fi
  echo "sam: $base cannot be pulled; a stand-in takes its place for this run" >&2
  standin=yes
  mkdir -p "$work/image/root/"{bin,tmp,var/task}
  cp "$busybox" "$work/image/root/bin/busybox"
  for tool in sh mv chmod cp rm; do ln -s busybox "$work/image/root/bin/$tool"; done
  printf 'FROM scratch\nCOPY root/ /\nWORKDIR /var/task\n' >"$work/image/Dockerfile"
  DOCKER_BUILDKIT=0 docker build --quiet --tag "$base" "$work/image" >/dev/null 2>"$work/build.log" ||
    { cat "$work/build.log" >&2; exit 1; }
fi

# The address at which containers reach this machine, as the engine tells it to one of them.
POSTERN_SAM_HOST=$(docker run --rm --add-host machine:host-gateway --entrypoint /bin/sh "$base" \
  -c 'while read -r address name; do if [ "$name" = machine ]; then echo "$address"; fi; done </etc/hosts')
POSTERN_SAM_ASSETS=$PWD/.build/sam
tools=$(scripts/tools.sh sam)
export POSTERN_SAM=1 POSTERN_REQUIRE_DYNAMODB_LOCAL=1 POSTERN_SAM_HOST POSTERN_SAM_ASSETS PATH="$tools${tools:+:}$PATH" __SAM_CLI_APP_DIR="$work/sam"
"${GO:-go}" test -count 1 -v -timeout 15m ./tests/sam
