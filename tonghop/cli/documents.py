"""Records as the JSON documents of the command-line contract. The shapes are stable; keys are only ever added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tonghop.errors import TonghopError, error_class
from tonghop.i18n import Translator
from tonghop.ledger.records import FileState, Problem, StatusReport
from tonghop.messages import render
from tonghop.records import (
    Check,
    Correction,
    DistrictReport,
    Figure,
    Gap,
    Line,
    LineRole,
    Outcome,
    Page,
    ReportingRequest,
    Section,
    SourceFile,
    Table,
    UnitReport,
)

__all__ = ["Documents"]

Json = dict[str, Any]


def _states(report: UnitReport | None) -> Json:
    return {section.heading: section.state.value for section in report.sections} if report else {}


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


@dataclass(frozen=True, slots=True)
class Documents:
    """Makes JSON documents, with sentences in the user's language."""

    translate: Translator

    def reading(self, file: str, sha256: str | None, media_type: str | None, pages: tuple[Page, ...]) -> Json:
        """Return one entry of `read --json`."""
        return {
            "file": file,
            "sha256": sha256,
            "media_type": media_type,
            "pages": [self.page(page) for page in pages],
            "text": "\f".join(page.text for page in pages),
        }

    def failure(self, file: str, error: TonghopError) -> Json:
        """Return the entry of a file that could not be read."""
        return {**self.reading(file, None, None, ()), "error": self.error(error)}

    def error(self, error: TonghopError) -> Json:
        """Return an error as data: its stable code, the sentence and the advice."""
        message, advice = self.translate.error(error)
        return {"code": error.code, "exit_code": error.exit_code, "message": message, "advice": advice}

    def page(self, page: Page) -> Json:
        """Return one page of `read --json`. Boxes in pixels at `dpi`, confidence 0 to 1."""
        return {
            "number": page.number,
            "origin": page.origin.value,
            "rotation": page.rotation,
            "skew": page.skew,
            "dpi": page.dpi,
            "width": page.width,
            "height": page.height,
            "ink_coverage": page.ink_coverage,
            "grade": page.grade.value,
            "text": page.text,
            "lines": [self.line(line) for line in page.lines],
            "tables": [self.table(table) for table in page.tables],
            "error": {"code": page.error, "detail": self.translate(page.error_detail)} if page.error else None,
            "steps": [
                {"action": s.action, "engine": s.engine, "version": s.version, "settings": dict(s.settings)}
                for s in page.steps
            ],
        }

    def line(self, line: Line) -> Json:
        """Return a line; `role` only where it is no part of the running text: a page number, a running head."""
        words = [
            {"text": w.text, "raw": w.raw, "box": list(w.box) if w.box else None, "confidence": w.confidence}
            for w in line.words
        ]
        return {"words": words} if line.role is LineRole.BODY else {"words": words, "role": line.role.value}

    def table(self, table: Table) -> Json:
        """Return a table as rows of cell texts; `spans` only where cells are merged: row, column, rows, columns."""
        found: Json = {"rows": [list(row) for row in table.rows], "box": list(table.box) if table.box else None}
        if table.spans:
            found["spans"] = [[span.row, span.column, span.rows, span.columns] for span in table.spans]
        return found

    def correction(self, correction: Correction) -> Json:
        """Return a correction; page counts from 1, line and word from 0."""
        return {
            "page": correction.page,
            "line": correction.line,
            "word": correction.word,
            "before": correction.before,
            "after": correction.after,
            "posterior": correction.posterior,
            "reason": correction.reason,
        }

    def unit_report(self, report: UnitReport, request: ReportingRequest) -> Json:
        """Return one entry of `map --json`."""
        unit = request.unit(report.match.unit) if report.match.unit else None
        head = report.letterhead
        return {
            "file": report.source.name,
            "sha256": report.source.sha256,
            "unit": report.match.unit,
            "unit_name": unit.name if unit else None,
            "unit_score": report.match.score,
            "runner_up": report.match.runner_up,
            "runner_up_score": report.match.runner_up_score,
            "issuer": head.issuer,
            "number": head.number,
            "date": head.dated.isoformat() if head.dated else None,
            "place": head.place,
            "subject": head.subject,
            "addressee": head.addressee,
            "is_draft": head.is_draft,
            "period": report.period,
            "pages_read": report.pages_read,
            "pages_failed": list(report.pages_failed),
            "sections": [self.section(section) for section in report.sections],
            "figures": [self.figure(figure) for figure in report.figures],
            "checks": [self.check(check) for check in report.checks],
            "gaps": [self.gap(gap) for gap in report.gaps],
            "corrections": [self.correction(correction) for correction in report.corrections],
        }

    def section(self, section: Section) -> Json:
        """Return one section of `map --json`."""
        return {
            "heading": section.heading,
            "state": section.state.value,
            "title": section.title,
            "text": section.text,
            "pages": list(section.pages),
            "confidence": section.confidence,
            "method": section.method,
            "merged_into": section.merged_into,
            "evidence": render(section.evidence, self.translate) if section.evidence else None,
        }

    def figure(self, figure: Figure) -> Json:
        """Return a figure; `text` is as printed."""
        return {
            "indicator": figure.indicator,
            "value": _number(figure.value),
            "unit": figure.unit,
            "text": figure.text,
            "heading": figure.heading,
            "page": figure.quote.page,
            "quote": figure.quote.text,
        }

    def check(self, check: Check) -> Json:
        """Return a check with its operands."""
        return {
            "rule": check.rule,
            "holds": check.holds,
            "expected": _number(check.expected),
            "found": _number(check.found),
            "operands": [self.figure(figure) for figure in check.operands],
        }

    def gap(self, gap: Gap) -> Json:
        """Return a gap with its evidence as a sentence, and the same as data."""
        return {
            "kind": gap.kind.value,
            "unit": gap.unit,
            "heading": gap.heading,
            "source": gap.source,
            "state": gap.state.value,
            "evidence": render(gap.evidence, self.translate),
            "reason": gap.evidence.reason,
            "quotes": [{"text": quote.text, "page": quote.page} for quote in gap.evidence.quotes],
        }

    def gaps(self, report: DistrictReport, waiting: Sequence[SourceFile] = ()) -> Json:
        """Return the document of `gaps --json`; `waiting` are the files with pages that wait to be read."""
        return {
            "request": report.request.name,
            "period": report.request.period.name,
            "deadline": report.request.deadline.isoformat(),
            "headings": [{"key": h.key, "title": h.title, "short": h.short} for h in report.request.asked],
            "units": [
                {
                    "id": submission.unit.id,
                    "name": submission.unit.name,
                    "kind": submission.unit.kind,
                    "received": submission.report is not None,
                    "status": submission.status.value,
                    "file": submission.report.source.name if submission.report else None,
                    "superseded": [source.name for source in submission.superseded],
                    "set_aside": [source.name for source in submission.set_aside],
                    "sections": _states(submission.report),
                }
                for submission in report.submissions
            ],
            "unidentified": [{"file": r.source.name, "sha256": r.source.sha256} for r in report.unidentified],
            "refused": list(report.refused),
            "waiting": [{"file": source.name, "sha256": source.sha256} for source in waiting],
            "gaps": [self.gap(gap) for gap in report.gaps],
        }

    def outcome(self, outcome: Outcome) -> Json:
        """Return what became of one file, for `ingest --json`."""
        return {
            "file": outcome.name,
            "sha256": outcome.sha256,
            "status": outcome.status.value,
            "issues": [{"code": i.code, "message": i.message, "page": i.page} for i in outcome.issues],
        }

    def status(self, found: StatusReport) -> Json:
        """Return the document of `status --json`."""
        return {
            "files": [
                {
                    "file": file.source.name,
                    "sha256": file.source.sha256,
                    "media_type": file.source.media_type.value,
                    "received_at": file.source.received_at.isoformat(),
                    "container": file.source.container,
                    "state": file.state.value,
                    "waiting": file.is_waiting,
                    "pages_done": file.pages_done,
                    "pages_total": file.pages_total,
                    "unit": file.unit,
                    "gaps": file.gaps,
                    "problems": [self.problem(problem) for problem in file.problems],
                }
                for file in found.files
            ],
            "duplicates": [
                {"file": r.name, "sha256": r.sha256, "first": r.first, "received_at": r.at.isoformat()}
                for r in found.duplicates
            ],
            "refused": [
                {"file": r.name, "sha256": r.sha256, "received_at": r.at.isoformat(), **self.problem(r.problem)}
                for r in found.refused
            ],
            "counts": {state.value: found.count(state) for state in FileState},
        }

    def problem(self, problem: Problem) -> Json:
        """Return what went wrong, as data and as a sentence."""
        return {**self.error(error_class(problem.code)(**dict(problem.params))), "page": problem.page}

    def evidence(self) -> Callable[..., str]:
        """Return a function that renders evidence in the user's language."""
        return lambda evidence: render(evidence, self.translate)
