"""Measure diacritic repair: errors of real office pages before and after, harm on typed text, text without marks.

    python bench/repair.py [--work DIR] [--pages N] [--skip-ocr]

Reads ../shared (benchmark pages, held-out text); says so and stops where that folder is not there. The pages are
read by `tesseract -l vie`, every reading kept in --work, so that a second run only repairs.
"""

from __future__ import annotations

import argparse
import difflib
import importlib.util
import lzma
import os
import subprocess
import sys
import tempfile
import time
import types
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tonghop.extract.repair import repair_pages, repair_text
from tonghop.models.artefact import load
from tonghop.models.diacritics import DiacriticModel, Mode
from tonghop.models.syllables import letter_runs, normal_form, without_marks
from tonghop.records import Grade, Line, Origin, Page, Word
from tonghop.settings import ExtractSettings

SHARED = Path(__file__).resolve().parents[2] / "shared"
HELD_OUT = ("legal_admin_tnt305", "legal_phapdien", "legal_diepxuan", "legal_vbpl_baegil", "wiki_tnt305")


def load_score(path: Path) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_tsv(image: Path, work: Path) -> str:
    kept = work / f"{image.name}.tsv"
    if not kept.exists():
        command = ["tesseract", str(image), "stdout", "-l", "vie", "tsv"]
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        done = subprocess.run(command, capture_output=True, check=True, env=environment)
        kept.write_bytes(done.stdout)
    return kept.read_text(encoding="utf-8")


def to_page(tsv: str, number: int) -> Page:
    lines: dict[tuple[str, ...], list[Word]] = {}
    paragraphs: dict[tuple[str, ...], int] = {}
    for row in tsv.splitlines()[1:]:
        cells = row.split("\t")
        text = unicodedata.normalize("NFC", cells[11].strip()) if cells[0] == "5" else ""
        if text:
            confidence = max(0.0, float(cells[10]) / 100)
            lines.setdefault(tuple(cells[2:5]), []).append(Word(text, text, confidence=confidence))
            paragraphs.setdefault(tuple(cells[2:4]), len(paragraphs))
    built = tuple(Line(tuple(words), paragraph=paragraphs[key[:2]]) for key, words in lines.items())
    return Page(number, Origin.OCR, Grade.GOOD, built)


def bench_ocr(model: DiacriticModel, score: types.ModuleType, folder: Path, work: Path, most: int) -> None:
    totals: dict[str, list[int]] = defaultdict(lambda: [0] * 6)
    spent = words = 0.0
    images = [p for p in sorted(folder.iterdir()) if p.suffix in (".jpg", ".png") and ".upside." not in p.name]
    for number, image in enumerate(images[:most], 1):
        name, profile = image.name.rsplit(".", 2)[:2]
        truth = score.tokens((folder / f"{name}.gt.txt").read_text(encoding="utf-8"))
        page = to_page(read_tsv(image, work), number)
        started = time.process_time()
        (repaired,), corrections = repair_pages([page], ExtractSettings(), model=model)
        spent += time.process_time() - started
        words += len(truth)
        before, after = score.tokens(page.text), score.tokens(repaired.text)
        row = totals[profile]
        for at, tokens in ((0, before), (1, after)):
            kept = [[w for w in side if not any(c.isdigit() for c in w)] for side in (truth, tokens)]
            errors, count = score.bag_errors(*kept)
            row[at] += errors
        row[2] += count
        row[3] += len(corrections)
        row[5] += harmed(truth, before, after)
        row[4] += sorted(w for w in before if any(map(str.isdigit, w))) != sorted(
            w for w in after if any(map(str.isdigit, w))
        )
    print("profile   SER read  SER repaired  of syllables  corrections  harmed  pages with a changed number")
    for profile, (raw, mended, count, made, digits, harm) in sorted(totals.items()):
        print(f"{profile:8} {raw / count:9.2%} {mended / count:13.2%} {count:13} {made:12} {harm:7} {digits:8}")
    print(f"repair alone: {words / spent:,.0f} tokens a second of one core, page by page\n")


def harmed(truth: list[str], before: list[str], after: list[str]) -> int:
    """Return how many words that were read right are wrong after repair; words out of order are not counted."""
    return len(_found(truth, before) - _found(truth, after))


def _found(truth: list[str], read: list[str]) -> set[int]:
    blocks = difflib.SequenceMatcher(None, truth, read, autojunk=False).get_matching_blocks()
    return {block.a + at for block in blocks for at in range(block.size)}


def right_and_all(truth: Iterable[list[str]], done: Iterable[list[str]]) -> tuple[int, int]:
    right = total = 0
    for true, new in zip(truth, done, strict=True):
        for a, b in zip(true, new, strict=True):
            for start, end in letter_runs(a):
                total += 1
                right += normal_form(a[start:end]) == normal_form(b[start:end])
    return right, total


def bench_text(model: DiacriticModel, folder: Path) -> None:
    print("held-out text         syllables  changed per 1,000  restored from stripped  stripped syllables/s")
    for name in HELD_OUT:
        lines = [line.split() for line in (folder / f"{name}.txt").read_text(encoding="utf-8").split("\n") if line]
        typed = model.restore_many(lines)
        changed = sum(
            new.token != old for row, done in zip(lines, typed, strict=True) for old, new in zip(row, done, strict=True)
        )
        bare = [[without_marks(token) for token in row] for row in lines]
        started = time.process_time()
        restored = model.restore_many(bare, mode=Mode.STRIPPED)
        spent = time.process_time() - started
        right, total = right_and_all(lines, [[new.token for new in row] for row in restored])
        print(f"{name:20} {total:10} {1000 * changed / total:17.3f} {right / total:23.2%} {total / spent:21,.0f}")


def bench_pairs(model: DiacriticModel, score: types.ModuleType, path: Path) -> None:
    text = lzma.decompress(path.read_bytes()).decode("utf-8")
    rows = [line.split("\t") for line in text.split("\n") if line]
    by_file: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, read, clean in rows:
        by_file[name].append((read, clean))
    right = [0, 0]
    total = broken = 0
    for pairs in by_file.values():
        restored = model.restore_many([read.split() for read, _ in pairs])
        for (read, clean), words in zip(pairs, restored, strict=True):
            truth, before = score.tokens(clean), score.tokens(read)
            after = score.tokens(" ".join(word.token for word in words))
            for at, tokens in enumerate((before, after)):
                matcher = difflib.SequenceMatcher(None, truth, tokens, autojunk=False)
                right[at] += sum(block.size for block in matcher.get_matching_blocks())
            total += len(truth)
            broken += harmed(truth, before, after)
    shares = [count / total for count in right]
    print(f"\nreal pairs of scan and text: {shares[0]:.2%} of {total} words right as read, {shares[1]:.2%} repaired,")
    print(f"{broken} right ones made wrong")


def bench_letter(model: DiacriticModel, score: types.ModuleType, path: Path, work: Path) -> None:
    """Read the letter's OCR back, up to its last line but the signer's name, and score it against bench/letter.txt."""
    given = path.read_text(encoding="utf-8")
    given = given[: given.rindex("VT.") + 3] + "\n"
    started = time.process_time()
    done = repair_text(given, model)
    spent = time.process_time() - started
    truth = Path(__file__).with_name("letter.txt")
    for name, text in (("as it stands", given), ("repaired", done.text)):
        kept = work / "letter.txt"
        kept.write_text(text, encoding="utf-8")
        print(f"the request letter, {name}: ", end="")
        score.repair(truth, kept)
    print(f"{len(done.corrections)} corrections in {spent:.2f} s of one core\n")


def bench_stripped(model: DiacriticModel, folder: Path) -> None:
    print("\nstripped, each line a text of its own    syllables  restored")
    for path in sorted(folder.glob("bench_diacritic_*.txt")):
        lines = [line.split() for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        bare = [[without_marks(token) for token in row] for row in lines]
        restored = model.restore_many(bare, mode=Mode.STRIPPED)
        right, total = right_and_all(lines, [[word.token for word in row] for row in restored])
        print(f"{path.stem:40} {total:9} {right / total:9.2%}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "tonghop-bench-ocr")
    parser.add_argument("--pages", type=int, default=1000, help="at most so many page images")
    parser.add_argument("--skip-ocr", action="store_true")
    arguments = parser.parse_args()
    if not SHARED.is_dir():
        print(f"skipped: the benchmark texts are not there ({SHARED.name}/ beside the project)")
        return 0
    arguments.work.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    model = load()
    print(f"model {model.version} loaded in {time.perf_counter() - started:.2f} s\n")
    score = load_score(SHARED / "bench" / "score.py")
    if not arguments.skip_ocr:
        bench_ocr(model, score, SHARED / "bench" / "ocr", arguments.work, arguments.pages)
    bench_letter(model, score, SHARED / "domain" / "request_letter.ocr.txt", arguments.work)
    bench_text(model, SHARED / "corpora" / "heldout")
    bench_pairs(model, score, SHARED / "corpora" / "bench" / "bench_ocr_real_pairs.tsv.xz")
    bench_stripped(model, SHARED / "corpora" / "bench")
    return 0


if __name__ == "__main__":
    sys.exit(main())
