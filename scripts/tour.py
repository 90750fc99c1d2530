"""Put the real output of the five-minute tour into README.md and README.vi.md, and the matrix into docs/matrix.png.

    python scripts/tour.py          runs the commands of the tour on fixtures/inbox in a temporary workspace

Run it when what the commands print has changed; what the README shows was then seen to happen.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

__all__ = ["main"]

ROOT = Path(__file__).resolve().parent.parent
INBOX = ROOT / "fixtures" / "inbox"
SHOWN_LINES = 48
CODES_THAT_ARE_WELL = (0, 8)


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the tour with the words before it, in English and Vietnamese."""

    arguments: tuple[str, ...]
    english: str
    vietnamese: str


STEPS = (
    Step(
        ("init", "quy1", "--request", "cao-loc-2024-q1"),
        "Make a workspace under a request: the letter of a district to 22 communes and 5 offices.",
        "Tạo thư mục làm việc theo một yêu cầu: công văn của huyện gửi 22 xã, thị trấn và 5 phòng, cơ quan.",
    ),
    Step(
        ("--workspace", "quy1", "ingest", "fixtures/inbox"),
        "Take the files in. Each is told by its content, kept, read and placed; one that is broken stops no other.",
        "Nhận các tệp. Mỗi tệp được nhận biết theo nội dung, lưu lại, đọc và xếp đề mục; tệp hỏng không cản tệp khác.",
    ),
    Step(
        ("--workspace", "quy1", "gaps"),
        "See who and what is missing, each with its evidence.",
        "Xem ai thiếu, thiếu gì, căn cứ vào đâu.",
    ),
    Step(
        ("--workspace", "quy1", "compile", "-o", "quy1/out/bao-cao.docx"),
        "Compile the report.",
        "Xuất báo cáo tổng hợp.",
    ),
)


def main() -> int:
    """Run the tour in each language and write the pages. Returns 1 when a command failed."""
    for page, language in (("README.md", "en"), ("README.vi.md", "vi")):
        with tempfile.TemporaryDirectory() as folder:
            tour = "\n\n".join(_shown(step, Path(folder), language) for step in STEPS)
            if language == "vi":
                _run(("--workspace", "quy1", "gaps", "--png", str(ROOT / "docs" / "matrix.png")), Path(folder), "vi")
        path = ROOT / page
        text = path.read_text(encoding="utf-8")
        before, _, rest = text.partition("<!-- tour:begin -->\n")
        _, _, after = rest.partition("<!-- tour:end -->")
        path.write_text(f"{before}<!-- tour:begin -->\n{tour}\n<!-- tour:end -->{after}", encoding="utf-8")
    return 0


def _shown(step: Step, folder: Path, language: str) -> str:
    lines = _run(step.arguments, folder, language).rstrip().split("\n")
    if len(lines) > SHOWN_LINES:
        lines = [*lines[:SHOWN_LINES], "…"]
    words = step.english if language == "en" else step.vietnamese
    option = " --lang en" if language == "en" else ""
    return (
        f"{words}\n\n```\n$ ./run {' '.join(step.arguments)}{option}\n"
        + "\n".join(line.rstrip() for line in lines)
        + "\n```"
    )


def _run(arguments: tuple[str, ...], folder: Path, language: str) -> str:
    places = [str(INBOX) if argument == "fixtures/inbox" else argument for argument in arguments]
    command = [sys.executable, "-m", "tonghop", *places, "--lang", language]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode not in CODES_THAT_ARE_WELL:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    # `init` and `compile` speak on standard error; of `ingest` the summary on standard output is enough.
    return (done.stdout or done.stderr).replace(str(folder.resolve()) + "/", "").replace(str(folder) + "/", "")


if __name__ == "__main__":
    sys.exit(main())
