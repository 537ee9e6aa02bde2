#!/usr/bin/env bash
# Makes sure that the Python tools which tests use as clients are there: those on PATH serve,
# the rest goes into .build/venv. Prints the folder to put in front of PATH, if there is one.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.build/venv

# boto3 and websockets are libraries: what counts is the python3 that comes first on the PATH which this makes.
have() {
  case $1 in
    boto3) if [ -x "$venv/bin/python3" ]; then "$venv/bin/python3" -c 'import boto3'; else python3 -c 'import boto3'; fi 2>/dev/null ;;
    websockets) [ -x "$venv/bin/python3" ] && "$venv/bin/python3" -c 'import websockets' 2>/dev/null ;;
    # The package of the server is the one that counts, whatever else of moto is there.
    moto) command -v moto_server >/dev/null || [ -x "$venv/bin/moto_server" ] ;;
    *) command -v "$1" >/dev/null || [ -x "$venv/bin/$1" ] ;;
  esac
}

lacking() {
  missing=()
  for tool in "$@"; do
    have "$tool" || missing+=("$tool")
  done
}

lacking "$@"
if [ ${#missing[@]} -gt 0 ]; then
  command -v python3 >/dev/null || { echo "tools: ${missing[*]} not found, and python3 is needed to install them" >&2; exit 1; }
  [ -x "$venv/bin/pip" ] || python3 -m venv "$venv" || { echo "tools: python3 has no venv module; install it (Debian: python3-venv)" >&2; exit 1; }
  lacking "$@" # again, since the libraries of the other python3 do not count any more
  declare -A packages=([moto]='moto[server]==5.2.1' [aws]='awscli>=1.40' [cfn-lint]='cfn-lint>=1.40' [sam]='aws-sam-cli==1.164.0' [boto3]='boto3>=1.43' [websockets]='websockets>=15')
  for tool in "${missing[@]}"; do
    echo "tools: installing ${packages[$tool]} into $venv" >&2
    "$venv/bin/pip" install --quiet "${packages[$tool]}" >&2
  done
fi
if [ -d "$venv/bin" ]; then echo "$PWD/$venv/bin"; fi
