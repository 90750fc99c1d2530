#!/usr/bin/env bash
# One check of scripts/checks.sh by name, with the tools of .venv: for pre-commit.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
cd "$root"
# shellcheck source=scripts/setup.sh
source scripts/setup.sh
# shellcheck source=scripts/checks.sh
source scripts/checks.sh
find_venv_bin
"$1"
