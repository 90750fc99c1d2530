# Set-up shared by ./run, ./check and the Dockerfile. To be sourced by bash 3.2 or newer; needs $root.
# shellcheck shell=bash
#
# What may be said goes to standard error: the standard output of ./run belongs to the program.
# Exit code 4 (missing dependency) when something is not there and cannot be had.

readonly EXIT_MISSING=4
readonly OLDEST_PYTHON="3.11"
readonly DEBIAN_PACKAGES=(tesseract-ocr tesseract-ocr-vie poppler-utils fonts-croscore)

say() { # VIETNAMESE ENGLISH
  printf '» %s\n  %s\n' "$1" "$2" >&2
}

fail() { # VIETNAMESE ENGLISH
  printf '✗ %s\n  %s\n' "$1" "$2" >&2
  exit "$EXIT_MISSING"
}

is_debian() {
  command -v apt-get >/dev/null && command -v dpkg-query >/dev/null
}

# --- programs ------------------------------------------------------------------------------------

# True when what a Debian package brings is there, by whatever way it came.
is_at_hand() { # PACKAGE
  case "$1" in
    tesseract-ocr) command -v tesseract >/dev/null ;;
    tesseract-ocr-vie) command -v tesseract >/dev/null && [[ $'\n'"$(tesseract --list-langs 2>&1)"$'\n' == *$'\nvie\n'* ]] ;;
    poppler-utils) command -v pdftoppm >/dev/null && command -v pdftotext >/dev/null && command -v pdfinfo >/dev/null ;;
    fonts-croscore) command -v fc-list >/dev/null && [[ "$(fc-list 2>/dev/null)" == *Tinos* ]] ;;
    *) return 1 ;;
  esac
}

# Prints the packages that dpkg does not know as installed, one a line.
not_installed() { # PACKAGE...
  local known package
  known="$(dpkg-query -W -f='${Package}=${db:Status-Status}\n' "$@" 2>/dev/null || true)"
  for package in "$@"; do
    [[ $'\n'"$known"$'\n' == *$'\n'"$package=installed"$'\n'* ]] || printf '%s\n' "$package"
  done
}

missing_packages() {
  local package
  local wanted=("${DEBIAN_PACKAGES[@]}")
  if is_debian; then
    # shellcheck disable=SC2207  # package names hold no blanks
    wanted=($(not_installed "${wanted[@]}"))
  fi
  for package in ${wanted[@]+"${wanted[@]}"}; do
    is_at_hand "$package" || printf '%s\n' "$package"
  done
}

# Runs apt-get as root; asks for a password only where somebody can answer.
as_root() { # COMMAND...
  if [[ $EUID -eq 0 ]]; then
    "$@"
  elif (: </dev/tty) 2>/dev/null; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

can_be_root() {
  [[ $EUID -eq 0 ]] || command -v sudo >/dev/null
}

apt_install() { # PACKAGE...
  local by_hand="sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
  can_be_root || fail \
    "Máy còn thiếu: $*. Không có sudo; nhờ người quản trị chạy: $by_hand" \
    "Missing: $*. There is no sudo here: have an administrator run the command above, then start again."
  say "Sẽ cài thêm bằng apt: $*" "Going to install with apt: $*"
  # An index that cannot be refreshed is no reason to stop: what is wanted may be in the one at hand.
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null >&2 || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >&2 ||
    fail "Không cài được. Hãy tự chạy: $by_hand" "That did not work. Run the command above yourself, then start again."
}

explain_by_hand() { # MISSING...
  say "Máy còn thiếu: $*. Cài bằng lệnh của hệ điều hành:" "Missing: $*. Install with your system's command:"
  cat >&2 <<END
    Debian, Ubuntu sudo apt-get update && sudo apt-get install -y --no-install-recommends $*
    Fedora, RHEL   sudo dnf install tesseract tesseract-langpack-vie poppler-utils
    Arch           sudo pacman -S tesseract tesseract-data-vie poppler ttf-croscore
    macOS          brew install tesseract tesseract-lang poppler
    Windows        winget install UB-Mannheim.TesseractOCR oschwartz10612.Poppler
                   (choose "Vietnamese" among the additional languages of Tesseract)
    fonts-croscore is the font Tinos; only the tests and the sample reports need it.
END
}

ensure_programs() {
  local missing=()
  # shellcheck disable=SC2207
  missing=($(missing_packages))
  [[ ${#missing[@]} -gt 0 ]] || return 0
  if is_debian && can_be_root; then
    apt_install "${missing[@]}"
    return
  fi
  explain_by_hand "${missing[@]}"
  if [[ "${missing[*]}" != "fonts-croscore" ]]; then
    exit "$EXIT_MISSING"
  fi
}

# --- Python --------------------------------------------------------------------------------------

is_good_python() { # COMMAND
  "$1" -c "import sys; sys.exit(sys.version_info < (${OLDEST_PYTHON/./, }))" >/dev/null 2>&1
}

can_make_venvs() { # COMMAND
  "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

# Prints the first Python that will do, one that can make virtual environments before one that cannot.
find_python() {
  local candidate fallback=""
  # A named version is tried, not only looked up: version managers put names on PATH that do not run.
  for candidate in ${TONGHOP_PYTHON:+"$TONGHOP_PYTHON"} python3.13 python3.12 python3.11 python3 python; do
    is_good_python "$candidate" || continue
    if can_make_venvs "$candidate"; then
      printf '%s\n' "$candidate"
      return
    fi
    fallback="${fallback:-$candidate}"
  done
  printf '%s\n' "$fallback"
}

ensure_python() { # sets $python
  python="$(find_python)"
  [[ -n "$python" ]] || fail \
    "Cần Python $OLDEST_PYTHON trở lên. Debian, Ubuntu: sudo apt install python3.11 python3.11-venv; hệ khác: https://www.python.org/downloads/" \
    "Python $OLDEST_PYTHON or newer is needed: see the line above, or name one with TONGHOP_PYTHON=/path/to/python."
  can_make_venvs "$python" && return
  is_debian || fail "$python thiếu mô-đun venv." "$python lacks the module venv: install it with your system's packages."
  apt_install "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
  can_make_venvs "$python" || fail "$python vẫn thiếu mô-đun venv." "$python still lacks the module venv."
}

# --- the virtual environment ---------------------------------------------------------------------

# A stamp in .venv holds the key of what was installed there. Same key: nothing to do, pip is not called.
# The place is part of the key, for a virtual environment does not survive being moved; so is the version
# of Python, for one that was upgraded below it leaves it empty.
venv_key() { # LOCK
  "$venv_bin/python" -I - "$root" "$1" <<'END'
import hashlib, pathlib, sys
import pip  # a half-made environment has none
root, lock = pathlib.Path(sys.argv[1]), sys.argv[2]
files = b"".join((root / name).read_bytes() for name in (lock, "pyproject.toml"))
print(hashlib.sha256(files).hexdigest(), sys.version_info[:2], root)
END
}

find_venv_bin() { # sets $venv_bin
  venv_bin="$root/.venv/bin"
  [[ ! -d "$root/.venv/Scripts" ]] || venv_bin="$root/.venv/Scripts" # Python for Windows
}

is_venv_sound() {
  is_good_python "$venv_bin/python" || return 1
  [[ ! -e "$root/.venv/home" || "$(cat "$root/.venv/home")" == "$root $(venv_version)" ]]
}

venv_version() {
  "$venv_bin/python" -I -c 'import pip, sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

make_venv() {
  ensure_python
  say "Tạo môi trường Python (.venv) bằng $python" "Making the Python environment (.venv) with $python"
  rm -rf "$root/.venv"
  "$python" -m venv "$root/.venv" >&2 </dev/null || fail "Không tạo được .venv." "The environment could not be made."
  find_venv_bin
  printf '%s %s\n' "$root" "$(venv_version)" >"$root/.venv/home"
}

# Runs pip in silence. What it says it says where it fails: of its warnings, only a failure makes them worth reading.
pip_install() { # ARGS...
  local said
  said="$("$venv_bin/python" -m pip --disable-pip-version-check --no-input install --quiet "$@" 2>&1 </dev/null)" && return
  printf '%s\n' "$said" >&2
  return 1
}

install_lock() { # LOCK
  say "Cài các thư viện đã ghim trong $1 (lần đầu mất vài phút)" "Installing the pinned libraries of $1 (minutes, the first time)"
  pip_install --no-deps --require-hashes -r "$root/$1" ||
    fail "Cài thư viện không thành công: xem dòng lỗi của pip ở trên." "The libraries could not be installed: see pip's own message above."
  # The build tool is one of the pinned libraries, so that nothing is fetched here.
  pip_install --no-deps --no-build-isolation -e "$root" ||
    fail "Không cài được chương trình vào .venv." "The program could not be installed into .venv."
}

# Makes .venv hold the libraries of LOCK. The development lock holds all that the runtime lock does, in the same
# versions (a test says so): whoever has it needs no second installation to run.
ensure_venv() { # LOCK
  local lock
  find_venv_bin
  is_installed "$1" && return
  is_venv_sound || make_venv
  install_lock "$1"
  for lock in "$1" requirements.lock; do
    venv_key "$lock" >"$root/.venv/.installed-$lock"
  done
}

# The key can only be computed by a Python that runs, so that a stamp that fits also says the environment is sound.
is_installed() { # LOCK
  local key stamp="$root/.venv/.installed-$1"
  [[ -r "$stamp" && -x "$venv_bin/tonghop" ]] || return 1
  key="$(venv_key "$1" 2>/dev/null)" && [[ "$(cat "$stamp")" == "$key" ]]
}
