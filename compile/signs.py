"""One sign, one label and one colour for each state of a heading: the same in table, workbook and picture.

State is told by sign and by colour, so that a black-and-white print and a colour-blind reader lose nothing.
Labels are English message ids; who shows them passes the translation of the reader's language.
"""

from __future__ import annotations

from tonghop.errors import N_
from tonghop.records import GapKind, SectionState, SubmissionStatus

__all__ = [
    "COLOURS",
    "GAP_LABELS",
    "INKS",
    "NOT_ASKED",
    "SHOWN",
    "SIGNS",
    "STATE_LABELS",
    "STATUS_LABELS",
    "UNDECIDED",
    "UNDECIDED_LABEL",
    "colour",
    "label",
    "sign",
]

NOT_ASKED = "·"
UNDECIDED = "!"
UNDECIDED_LABEL = N_("missing, decision needed")
_UNDECIDED_COLOUR = ("E4D9F0", "5B3A86")
_NOT_ASKED_COLOUR = "FFFFFF"
_NOT_ASKED_LABEL = N_("not asked")

SIGNS: dict[SectionState, str] = {
    SectionState.PRESENT: "✓",
    SectionState.NIL: "○",
    SectionState.MERGED: "⇢",
    SectionState.THIN: "~",
    SectionState.MISSING: "✗",
    SectionState.UNREAD: "?",
    SectionState.NOT_APPLICABLE: NOT_ASKED,
}

STATE_LABELS: dict[SectionState, str] = {
    SectionState.PRESENT: N_("reported"),
    SectionState.NIL: N_("nothing to report"),
    SectionState.MERGED: N_("under another heading"),
    SectionState.THIN: N_("title without substance"),
    SectionState.MISSING: N_("missing"),
    SectionState.UNREAD: N_("not read well enough"),
    SectionState.NOT_APPLICABLE: N_("not asked, or optional and left out"),
}

# Fills as RRGGBB. Calm where nothing is to be done; the eye goes to what is missing, then to what was not read.
COLOURS: dict[SectionState, str] = {
    SectionState.PRESENT: "D7EBDD",
    SectionState.NIL: "E6EFE9",
    SectionState.MERGED: "D9E6F2",
    SectionState.THIN: "FBE7A8",
    SectionState.MISSING: "C62F2F",
    SectionState.UNREAD: "F2A65A",
    SectionState.NOT_APPLICABLE: _NOT_ASKED_COLOUR,
}
INKS: dict[SectionState, str] = {
    SectionState.PRESENT: "2F6B45",
    SectionState.NIL: "4F7560",
    SectionState.MERGED: "2E5C8A",
    SectionState.THIN: "6B5200",
    SectionState.MISSING: "FFFFFF",
    SectionState.UNREAD: "5A2D00",
    SectionState.NOT_APPLICABLE: "9A9A9A",
}

# The states of a legend, in the order of a reader's interest.
SHOWN: tuple[SectionState, ...] = (
    SectionState.PRESENT,
    SectionState.NIL,
    SectionState.MERGED,
    SectionState.THIN,
    SectionState.UNREAD,
    SectionState.MISSING,
    SectionState.NOT_APPLICABLE,
)

STATUS_LABELS: dict[SubmissionStatus, str] = {
    SubmissionStatus.ON_TIME: N_("on time"),
    SubmissionStatus.LATE: N_("late"),
    SubmissionStatus.UNDATED: N_("no date"),
    SubmissionStatus.ABSENT: N_("no report"),
}

GAP_LABELS: dict[GapKind, str] = {
    GapKind.REPORT_MISSING: N_("No report"),
    GapKind.REPORT_LATE: N_("Late report"),
    GapKind.WRONG_PERIOD: N_("Another period"),
    GapKind.WRONG_ADDRESSEE_OR_UNIT: N_("Another addressee or unit"),
    GapKind.SECTION_MISSING: N_("Heading missing"),
    GapKind.SECTION_THIN: N_("Heading without substance"),
    GapKind.SECTION_UNREAD: N_("Heading not read"),
    GapKind.PAGE_UNREAD: N_("Page not read, or read with doubt"),
    GapKind.FIGURE_CONFLICT: N_("Figures that do not agree"),
    GapKind.TEXT_UNPLACED: N_("Text under no heading"),
    GapKind.DECISION_NEEDED: N_("Decision needed"),
}


def sign(state: SectionState | None, *, is_undecided: bool = False) -> str:
    """Return the one-character sign of a matrix cell; None means not asked."""
    if is_undecided:
        return UNDECIDED
    return NOT_ASKED if state is None else SIGNS[state]


def colour(state: SectionState | None, *, is_undecided: bool = False) -> tuple[str, str]:
    """Return fill and ink of a matrix cell, as RRGGBB."""
    if is_undecided:
        return _UNDECIDED_COLOUR
    shown = state or SectionState.NOT_APPLICABLE
    return COLOURS[shown], INKS[shown]


def label(state: SectionState | None, *, is_undecided: bool = False) -> str:
    """Return the message id that says what a cell means."""
    if is_undecided:
        return UNDECIDED_LABEL
    return _NOT_ASKED_LABEL if state is None else STATE_LABELS[state]
