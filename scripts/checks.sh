# The checks, one function each, so that a commit hook runs the same commands. Needs $venv_bin.
# shellcheck shell=bash

# The stages through their links: under the names they are installed by, and once.
readonly CHECKED=(tonghop typings/tonghop/{ingest,extract,compile,models} fixtures bench scripts tests)

check_lint() { "$venv_bin/python" -m ruff check --quiet .; }
check_format() { "$venv_bin/python" -m ruff format --check --quiet .; }
check_types() { "$venv_bin/python" -m mypy "${CHECKED[@]}"; }
check_tests() { # PYTEST ARGS
  # Tests share nothing, so two may run at once; whoever is done takes from the other.
  "$venv_bin/python" -m pytest -n 2 --dist worksteal -q --cov --cov-report=term:skip-covered "$@"
}

run_checks() { # PYTEST ARGS
  local started=$SECONDS
  printf '== ruff check\n'
  check_lint
  printf '== ruff format\n'
  check_format
  printf '== mypy\n'
  check_types
  printf '== pytest\n'
  check_tests "$@"
  printf '== tất cả đều đạt / all checks passed (%d s)\n' "$((SECONDS - started))"
}
