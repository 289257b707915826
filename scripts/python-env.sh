#!/usr/bin/env bash
# Makes the virtual environment in .build/test-venv with the official openai client, for the tests that use it.
# Does nothing when it is there already. Without a network there is none, and those tests are skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=.build/test-venv
if "$venv/bin/python" -c 'import openai' 2>/dev/null; then exit 0; fi
echo "==> Making $venv with the openai client"
python3 -m venv --clear "$venv"
if ! "$venv/bin/pip" install --quiet --disable-pip-version-check 'openai>=3,<4'; then
  rm -rf "$venv"
  echo "    The openai client cannot be installed: tests that use it are skipped" >&2
fi
