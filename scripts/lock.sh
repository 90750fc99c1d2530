#!/usr/bin/env bash
# Makes both lock files anew from pyproject.toml. Needs `uv`. Arguments go to uv, e.g. --upgrade-package rich.
# Without --upgrade… the versions that are locked stay.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
compile=(uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra postgres)
# The development lock first: what both hold, the runtime lock takes from it, so that they never differ.
"${compile[@]}" pyproject.toml --group dev -o requirements-dev.lock "$@" >/dev/null
"${compile[@]}" pyproject.toml --constraint requirements-dev.lock -o requirements.lock "$@" >/dev/null
