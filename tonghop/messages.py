"""What evidence says to a reader: one sentence for each reason code, as English message ids.

A stage writes `Evidence("section_not_found", (("pages", "3"),))`; who shows it calls `render` with the
translation of the reader's language. A test holds the codes used and the codes listed together.
"""

from __future__ import annotations

from collections.abc import Callable

from tonghop.errors import N_
from tonghop.records import Evidence

__all__ = ["PAGE", "REASONS", "render"]

PAGE = N_("page")

REASONS: dict[str, str] = {
    "no_report": N_("No report from this unit was received."),
    "no_report_among": N_("This unit sent no report, only other documents: {files}."),
    # merge: which of a unit's documents counts
    "title_set_aside": N_("{file} calls itself something else than a report; it does not count as one."),
    "no_headings_set_aside": N_("{file} holds none of the headings asked for; it does not count as a report."),
    "draft_set_aside": N_("{other} came after {file}, but is a draft without a number; {file} counts."),
    "unread_set_aside": N_("No heading could be read in {other}, so {file} counts; {other} may be a newer report."),
    "which_report_counts": N_(
        "{file} counts because it was received last, and {other} does not; one of them bears no date that can be "
        "right, so which one counts is to be decided."
    ),
    "only_draft": N_("{file} has neither a number nor a full date, as a draft has, and counts until the report comes."),
    "section_in_other_file": N_("The heading is not in {file}; it may stand in {other}, which could not be read."),
    "rule_ambiguous": N_("The request can be read both ways for {units}. {question}"),
    # extract: which unit
    "unit_by_issuer": N_("The letterhead names {name} (score {score}; next is {second})."),
    "unit_by_issuer_and_text": N_(
        "The letterhead nearly names {name}, and another place of the report names it in full (next is {second})."
    ),
    "unit_by_place": N_("No issuer was read; place and text name {name} (next is {second})."),
    "unit_by_file_name": N_("No issuer was read; the file name names {name}."),
    "unit_not_read": N_("Which unit sent this report could not be read."),
    "unit_uncertain": N_("The sender looks like {name}, but not surely enough (score {score})."),
    "unit_too_near": N_("The sender could be {name} or {second}."),
    "unit_not_in_request": N_("The sender is not among the units of this request."),
    "unit_elsewhere": N_("The report comes from {found}, not from {asked}."),
    "document_no_report": N_("The document calls itself something else than a report."),
    "document_without_headings": N_("No heading of the request was found in the document; it may not be the report."),
    "date_unread": N_("The date could not be read, so whether the report is late is to be decided."),
    "date_impossible": N_("Dated {day}: before the reporting period, or after the day of receipt {received}."),
    "period_unknown": N_("Neither a period nor a date was read, so of which period the report is cannot be said."),
    "unit_not_valid": N_("{name} did not exist on {day}."),
    "addressee_differs": N_("The report is addressed to another authority than {asked}."),
    # --- sections of the extract stage ---
    "section_found": N_("The heading stands in the report."),
    "section_found_fuzzy": N_("A heading with nearly these words stands in the report (score {score})."),
    "section_found_phrase": N_("A heading that names this and another one stands in the report."),
    "section_merged": N_("Answered together with “{heading}”."),
    "section_nil": N_("The unit says that there is nothing to report."),
    "section_thin": N_("Hardly anything stands under the heading (words: {words})."),
    "section_cut_off": N_("The heading was found, but its text goes on where it could not be read (page {pages})."),
    "section_not_found": N_("The whole report was read (pages: {pages}), and this heading is not there."),
    "section_ambiguous": N_(
        "The whole report was read (pages: {pages}), and this heading is not there; whether it is owed is undecided."
    ),
    "section_unread": N_("The heading was not found, but it may stand where reading is in doubt (page {pages})."),
    "section_title_unclear": N_("A title that could not be read stands where this heading may be."),
    "section_number_jump": N_("The numbering jumps where this heading may be: a title may not have been read."),
    "section_optional": N_("The heading is optional and was left out."),
    # extract: the report as a whole
    "late_by_date": N_("The report is dated {day}; the last day was {deadline}."),
    "late_by_receipt": N_("The report was received on {day}; the last day was {deadline}."),
    "period_differs": N_("The report speaks of {found}; {asked} was asked for."),
    "page_not_read": N_("Page {page} could not be read."),
    "page_failed": N_("Page {page} could not be read: {error}"),
    "page_unread": N_("Page {page} was not read well enough to be used."),
    "encoding_uncertain": N_(
        "Page {page} holds words that may be in the encoding {encoding} (words: {words}); they stay as they are."
    ),
    "cells_without_result": N_("Page {page} holds cells whose results the workbook does not have (cells: {cells})."),
    "text_set_aside": N_("On page {page} a note or a head with figures belongs to no section: see where it goes."),
    "page_doubtful": N_("Page {page} was read with doubt: compare what it says with the original."),
    "figures_conflict": N_("{rule} does not hold: {expected} is expected, {found} is printed."),
    "figure_doubtful": N_("The number of {name} was read with doubt, perhaps {found}: it is left out of the figures."),
    "text_before_headings": N_("Text stands before the first heading."),
    "text_after_unread": N_("Page {page} was not read, so nobody knows under which heading this text stands."),
    "text_in_annex": N_("The compiled report does not hold this annex."),
    "text_under_unknown": N_("Text stands under a heading that the request does not have: “{title}”."),
    "text_under_group": N_("Text stands under “{title}” without any of the headings asked for."),
}


def render(evidence: Evidence, translate: Callable[[str], str] = str) -> str:
    """Return the sentence of `evidence`, its values filled in, then its quotes with their pages.

    Raises `KeyError` on a reason that is not listed.
    """
    # Of the values, `error` alone is a sentence of the program; the others are names and numbers as they stand.
    values = {key: translate(value) if key == "error" else value for key, value in evidence.values}
    sentence = translate(REASONS[evidence.reason]).format(**values)
    quotes = [
        f"“{quote.text}”" + (f" ({translate(PAGE)} {quote.page})" if quote.page else "") for quote in evidence.quotes
    ]
    return " ".join([sentence, *quotes])
