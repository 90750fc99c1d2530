"""What evidence says to a reader: one sentence for each reason code, as English message ids.

A stage writes `Evidence("section_not_found", (("pages", "3"),))`; who shows it calls `render` with the
translation of the reader's language. A test holds the codes used and the codes listed together.
"""

from __future__ import annotations

from collections.abc import Callable

from tonghop.errors import N_
from tonghop.records import Evidence

__all__ = ["REASONS", "render"]

REASONS: dict[str, str] = {
    "no_report": N_("No report from this unit was received."),
    "rule_ambiguous": N_("The request can be read both ways for {units}. {question}"),
}


def render(evidence: Evidence, translate: Callable[[str], str] = str) -> str:
    """Return the sentence of `evidence`, its values filled in, then its quotes with their pages.

    Raises `KeyError` on a reason that is not listed.
    """
    sentence = translate(REASONS[evidence.reason]).format(**dict(evidence.values))
    quotes = [
        f"“{quote.text}”" + (f" ({translate(N_('page'))} {quote.page})" if quote.page else "")
        for quote in evidence.quotes
    ]
    return " ".join([sentence, *quotes])
