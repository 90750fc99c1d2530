"""Heading phrases inside a title: sees that one title names several headings.

Uses spaCy's `PhraseMatcher` over tokens that are already folded: no model, no download, no language data. spaCy is
imported when the first index is built, so that commands that map nothing do not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Mention", "PhraseIndex"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase of heading `key` at tokens `start` to `stop` (exclusive)."""

    key: str
    start: int
    stop: int


class PhraseIndex:
    """Finds which headings a sequence of folded tokens names.

    `phrases` maps a heading's key to folded phrases, tokens separated by single spaces. Longer phrases win over
    shorter ones that overlap them.
    """

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        from spacy.matcher import PhraseMatcher
        from spacy.tokens import Doc
        from spacy.util import filter_spans
        from spacy.vocab import Vocab

        vocab = Vocab()
        self._doc: Any = lambda words: Doc(vocab, words=list(words))
        self._longest: Any = filter_spans
        self._matcher: Any = PhraseMatcher(vocab)
        for key, texts in phrases.items():
            docs = [self._doc(text.split()) for text in texts if text.split()]
            if docs:
                self._matcher.add(key, docs)

    def find(self, tokens: Sequence[str]) -> tuple[Mention, ...]:
        """Return the phrases in `tokens` in order, none overlapping another."""
        words = [token for token in tokens if token]
        if not words:
            return ()
        spans = self._longest(self._matcher(self._doc(words), as_spans=True))
        return tuple(Mention(span.label_, span.start, span.end) for span in sorted(spans, key=lambda s: s.start))
