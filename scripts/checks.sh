# The checks, one function each, so that a commit hook runs the same commands. Needs $venv_bin.
# shellcheck shell=bash

# The stages through their links: under the names they are installed by, and once.
readonly CHECKED=(tonghop typings/tonghop/{ingest,extract,compile,models} fixtures bench scripts tests)

check_lint() { "$venv_bin/python" -m ruff check --quiet .; }
check_format() { "$venv_bin/python" -m ruff format --check --quiet .; }
check_types() { "$venv_bin/python" -m mypy "${CHECKED[@]}"; }
# Tests share nothing, so two may run at once, and whoever is done takes from the other; what measures time or
# memory runs after them, alone.
check_tests() { # PYTEST ARGS
  local pytest=("$venv_bin/python" -m pytest -q) together=0 alone=0
  "${pytest[@]}" --alone=without -n 2 --dist worksteal --cov --cov-report= "$@" || together=$?
  "${pytest[@]}" --alone=only --cov --cov-append --cov-report=term:skip-covered "$@" || alone=$?
  is_passed "$together" && is_passed "$alone" && [[ $together -eq 0 || $alone -eq 0 ]]
}

is_passed() { # EXIT CODE: 5 is pytest's "nothing of that kind was asked for"
  [[ $1 -eq 0 || $1 -eq 5 ]]
}

# Runs all of them, also after one has failed: whoever waits for the answer wants the whole of it.
run_checks() { # PYTEST ARGS
  local started=$SECONDS failed=()
  printf '== ruff check\n'
  check_lint || failed+=("ruff check")
  printf '== ruff format\n'
  check_format || failed+=("ruff format")
  printf '== mypy\n'
  check_types || failed+=("mypy")
  printf '== pytest\n'
  check_tests "$@" || failed+=("pytest")
  if [[ ${#failed[@]} -gt 0 ]]; then
    printf '== không đạt / failed (%d s):' "$((SECONDS - started))"
    printf ' [%s]' "${failed[@]}"
    printf '\n'
    return 1
  fi
  printf '== tất cả đều đạt / all checks passed (%d s)\n' "$((SECONDS - started))"
}
