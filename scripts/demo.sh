# The main job on the sample inbox, in a workspace of its own. Sourced by ./run; needs $root, $venv_bin.
# shellcheck shell=bash

readonly EXIT_NEEDS_REVIEW=8
readonly DEMO=demo
readonly REPORT="$DEMO/out/bao-cao.docx"

readonly MARKER="$DEMO/.made-by-run" # how many originals the demo left; "running" until it is done

count_originals() {
  find "$DEMO/originals" -type f 2>/dev/null | wc -l | tr -d ' '
}

# The demo is made anew each time. A folder of that name that the demo did not make, or that has received
# documents since, is somebody's work and is not touched.
is_only_the_demo() {
  local file marker
  [[ -e $MARKER ]] || return 1
  marker="$(cat "$MARKER")"
  [[ $marker == running || $marker == "$(count_originals)" ]] || return 1
  for file in "$DEMO"/inbox/*; do
    [[ ! -e $file || -e fixtures/inbox/${file##*/} ]] || return 1
  done
}

clear_demo() {
  [[ -e $DEMO ]] || return 0
  if ! is_only_the_demo; then
    printf '✗ %s\n  %s\n' \
      "Thư mục $DEMO có tài liệu không phải của bản chạy thử: hãy đổi tên hoặc chuyển nó đi rồi chạy lại." \
      "The folder $DEMO holds documents that the demo did not put there: rename or move it, then start again." >&2
    exit 2
  fi
  rm -rf "$DEMO"
}

# Files that need an officer are what the demo is about: that exit code is no failure.
allow_review() { # COMMAND...
  local code=0
  "$@" || code=$?
  [[ $code -eq 0 || $code -eq $EXIT_NEEDS_REVIEW ]] || exit "$code"
}

step() { # COMMAND...
  printf '\n$ ./run %s\n' "$*" >&2
  allow_review "$venv_bin/tonghop" "$@"
}

show_demo() {
  cd "$root"
  clear_demo
  step init "$DEMO" --request cao-loc-2024-q1
  echo running >"$MARKER"
  mkdir -p "$DEMO/inbox" "$DEMO/out"
  cp fixtures/inbox/* "$DEMO/inbox/"
  step --workspace "$DEMO" ingest "$DEMO/inbox"
  count_originals >"$MARKER"
  step --workspace "$DEMO" gaps
  step --workspace "$DEMO" compile -o "$REPORT"
  cat <<END

Báo cáo tổng hợp: $root/$REPORT
  Mở bằng Word hoặc LibreOffice. Bước tiếp theo:
    ./run --workspace $DEMO status                            đã nhận gì, việc nào chưa xong
    ./run --workspace $DEMO gaps --xlsx $DEMO/out/gaps.xlsx    danh sách mục còn thiếu, để gọi cho đơn vị
    ./run --workspace $DEMO compile --draft -o $DEMO/out/ban-thao.docx    bản thảo có ghi nguồn từng đoạn
    ./run init CONG-VIEC --request cao-loc-2024-q1            bắt đầu việc thật trong thư mục CONG-VIEC

The compiled report: $root/$REPORT
  Open it in Word or LibreOffice. The four commands above: what was received; the list of gaps for the phone;
  a draft with the source of every paragraph; a workspace of your own.
END
}
