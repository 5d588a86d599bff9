#!/usr/bin/env bash
# Makes .venv from the hash-pinned lock. Says in one line what is missing where it may not install it.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "plainsight setup: $1" >&2; exit 1; }

python=""
for candidate in python3.11 python3; do
  if command -v "$candidate" >/dev/null && [ "$("$candidate" -c 'import sys; print(sys.version_info[:2] == (3, 11))')" = True ]; then
    python=$candidate; break
  fi
done
[ -n "$python" ] || fail "Python 3.11 is missing (Debian 12: apt-get install python3 python3-venv); the lock is made for it."

missing=()
command -v Xvfb >/dev/null || missing+=(xvfb)
command -v xauth >/dev/null || missing+=(xauth)
"$python" -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
voices=() # of which none is needed to wear or to build glasses: only to train a wake word
command -v espeak-ng >/dev/null || voices+=(espeak-ng)
command -v flite >/dev/null || voices+=(flite)
if [ ${#voices[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    missing+=("${voices[@]}")
  else
    echo "plainsight setup: training a wake word goes without the voices of ${voices[*]} (sudo apt-get install ${voices[*]})"
  fi
fi
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "plainsight setup: apt-get install ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -q && apt-get install -yq --no-install-recommends "${missing[@]}"; } >/tmp/plainsight-apt.log 2>&1 \
      || fail "apt-get could not install ${missing[*]}; see /tmp/plainsight-apt.log"
  else
    fail "missing: ${missing[*]}. Install them (sudo apt-get install ${missing[*]}) and run make again."
  fi
fi

export UV_SYSTEM_CERTS=1 # a company proxy's certificate counts too
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
echo "plainsight setup: installing the locked packages into .venv"
.venv/bin/uv pip sync --quiet --require-hashes requirements/lock.txt
.venv/bin/uv pip install --quiet --no-deps --no-build-isolation --editable .
.venv/bin/python -m host_tools.keyword.voices.kokoro.fetching || echo "plainsight setup: training a wake word goes on with fewer voices" >&2
