#!/usr/bin/env bash
# Makes the virtual environment in .build/test-venv with the official openai client, the schemas of Compose files and
# Kubernetes manifests, what steers a browser, and Schemathesis, for the tests that use them.
# Does nothing when it is there already. Without a network there is none, and those tests are skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=.build/test-venv
if "$venv/bin/python" -c 'import openai, check_jsonschema, kubernetes_validate, selenium, schemathesis' 2>/dev/null; then
  exit 0
fi
echo "==> Making $venv with the openai client, schemas, selenium and Schemathesis"
python3 -m venv --clear "$venv"
if ! "$venv/bin/pip" install --quiet --disable-pip-version-check 'openai>=3,<4' 'check-jsonschema<1' \
  'kubernetes-validate<2' 'selenium<5' 'schemathesis==4.32.5'; then
  rm -rf "$venv"
  echo "    The openai client, schemas, selenium and Schemathesis cannot be installed: tests that use them are skipped" >&2
fi
