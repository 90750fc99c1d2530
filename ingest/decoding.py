"""Which parts of a typed file are in an encoding before Unicode, and those parts decoded.

Decided for the pieces of one font within one paragraph, together:
1. the font's name says TCVN3 or VNI: decoded, unless the text contradicts it (a Unicode text in .VnTime is common:
   Word draws it with another font);
2. the font's name says nothing: decoded where the text alone is proof, with a margin;
3. what short pieces leave open is settled by all that the file has in that font.
What stays open is left as it is and called unsure.

The text speaks through its telling words, those with a code that the encodings give to letters with marks: as
written, and as decoded, each is a Vietnamese syllable or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import InitVar, dataclass, field
from itertools import groupby

from tonghop import __version__
from tonghop.ingest.legacy import Encoding, decode, encoding_of, is_capital_font, narrow
from tonghop.records import ProcessingStep
from tonghop.text import clean, is_syllable, nfc

__all__ = ["Decoder", "Decoding", "Piece", "decoding_steps"]

# A code of TCVN3 may look like a sign (the letter in "c¶i"), so only what no encoding has parts the words.
_BETWEEN = re.compile("[\\s\x00-@\\[-`{-\xa0\u2000-\u206f]+")
_HIGH = re.compile("[\xa1-\xff]")
_VIETNAMESE = re.compile("[ăđĩũơưĂĐĨŨƠƯ\u1ea0-\u1ef9]")  # letters that no encoding by font can hold
_SIGNS = ("symbol", "wingdings", "webdings", "marlett", "mt extra")  # fonts without letters
_ABBREVIATION = 7  # letters: HĐND, CQĐP, QĐ; Đ says nothing about syllables

_ENOUGH = 3  # telling words, before a text may contradict or replace a font's name
_MARGIN = 4  # times as many words for one side as for the other
_SHARE = 0.6  # of the telling words, that decoding by the text alone must make syllables


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text in one font. `is_upper` when its format shows small letters as capitals."""

    text: str
    font: str
    is_upper: bool = False


@dataclass(frozen=True, slots=True)
class Decoding:
    """What was done to some words. `by` is "font" or "text"; nothing was done when `is_unsure`."""

    encoding: Encoding
    by: str
    words: int
    is_unsure: bool = False


@dataclass(slots=True)
class _Tally:
    """Telling words: syllables only once decoded, only as written, both ways, neither way."""

    legacy: int = 0
    unicode: int = 0
    both: int = 0
    neither: int = 0

    def add(self, other: _Tally) -> None:
        self.legacy += other.legacy
        self.unicode += other.unicode
        self.both += other.both
        self.neither += other.neither

    @property
    def total(self) -> int:
        return self.legacy + self.unicode + self.both + self.neither

    @property
    def is_legacy(self) -> bool:
        return self.legacy > _MARGIN * self.unicode

    @property
    def is_proof(self) -> bool:
        """Whether these words, of a font whose name says nothing, are those of an old text."""
        return self.is_legacy and self.legacy >= max(_ENOUGH * _MARGIN, _SHARE * self.total)

    @property
    def is_unicode(self) -> bool:
        return self.unicode > _MARGIN * self.legacy


def _tally(text: str, encoding: Encoding) -> _Tally:
    found = _Tally()
    for word in filter(None, _BETWEEN.split(nfc(text))):
        if _VIETNAMESE.search(word):
            found.unicode += 1
        elif _HIGH.search(word):
            _count(found, word, nfc(decode(word, encoding)))
    return found


def _count(found: _Tally, written: str, decoded: str) -> None:
    is_written, is_decoded = is_syllable(clean(written)), is_syllable(decoded)
    if is_written or is_decoded:
        found.both += is_written and is_decoded
        found.unicode += is_written and not is_decoded
        found.legacy += is_decoded and not is_written
    elif not (decoded.isupper() and len(decoded) <= _ABBREVIATION):
        found.neither += 1


@dataclass(frozen=True, slots=True)
class _Verdict:
    encoding: Encoding | None
    by: str = "font"
    is_unsure: bool = False


@dataclass(slots=True)
class Decoder:
    """Decodes the text of one file.

    `paragraphs` are the pieces of all its paragraphs: what a font holds is judged by them.
    """

    paragraphs: InitVar[Iterable[Sequence[Piece]]] = ()
    _fonts: dict[tuple[str, Encoding], _Tally] = field(default_factory=dict)

    def __post_init__(self, paragraphs: Iterable[Sequence[Piece]]) -> None:
        for pieces in paragraphs:
            for font, places in _by_font(pieces):
                text = _joined(pieces, places)
                for encoding in _possible(pieces[places[0]].font) if _HIGH.search(text) else ():
                    self._fonts.setdefault((font, encoding), _Tally()).add(_tally(text, encoding))

    def decode(self, pieces: Sequence[Piece]) -> tuple[tuple[str, ...], tuple[Decoding, ...]]:
        """Return the texts of the pieces of one paragraph, as many as `pieces`, decoded, and what was done."""
        texts = ["" for _ in pieces]
        done: list[Decoding] = []
        for font, places in _by_font(pieces):
            verdict, words = self._judge(_joined(pieces, places), font, pieces[places[0]].font)
            if verdict.encoding and (words or verdict.is_unsure):
                done.append(Decoding(verdict.encoding, verdict.by, words, verdict.is_unsure))
            encoding = None if verdict.is_unsure else verdict.encoding
            for at, shown in _decoded(pieces, places, encoding):
                texts[at] = shown
        return tuple(texts), tuple(done)

    def _judge(self, text: str, group: str, font: str) -> tuple[_Verdict, int]:
        """Return the verdict on what a paragraph has in one font, and how many telling words it has."""
        named = encoding_of(font)
        if named:
            tally = _tally(text, named)
            return _judge_named(tally, named, self._fonts.get((group, named), tally)), tally.total
        if not _HIGH.search(text) or font.casefold().startswith(_SIGNS):
            return _Verdict(None), 0
        tallies = {encoding: _tally(text, encoding) for encoding in Encoding}
        best = max(Encoding, key=lambda encoding: tallies[encoding].legacy)
        other = next(encoding for encoding in Encoding if encoding is not best)
        whole = self._fonts.get((group, best), tallies[best])
        verdict = _judge_unnamed(tallies[best], best, whole, rival=tallies[other].legacy)
        if verdict.encoding is None and tallies[best].legacy > tallies[best].unicode and self._is_old(best):
            verdict = _Verdict(best, "text", is_unsure=True)
        return verdict, tallies[best].total

    def _is_old(self, encoding: Encoding) -> bool:
        """Return whether the file holds `encoding` in some font or other."""
        return any(
            one.is_proof or (font == kind and one.is_legacy)
            for (font, kind), one in self._fonts.items()
            if kind is encoding
        )


def _judge_named(tally: _Tally, encoding: Encoding, whole: _Tally) -> _Verdict:
    if tally.legacy and tally.is_legacy:
        return _Verdict(encoding)
    if tally.unicode and tally.is_unicode and (tally.unicode >= _ENOUGH or not whole.is_legacy):
        return _Verdict(None)
    if tally.legacy or tally.unicode or tally.neither >= _ENOUGH:
        return _settled(whole, encoding, "font")
    # Nothing tells, or all is possible both ways: the font's name decides, unless the file proves it wrong.
    return _Verdict(None if whole.is_unicode else encoding)


def _judge_unnamed(tally: _Tally, encoding: Encoding, whole: _Tally, *, rival: int) -> _Verdict:
    is_clear = tally.is_legacy and tally.legacy >= _SHARE * tally.total and tally.legacy > 2 * rival
    if is_clear and tally.legacy >= _ENOUGH:
        return _Verdict(encoding, "text")
    if whole.is_proof and tally.total and not tally.unicode:
        return _Verdict(encoding, "text")
    has_signs = tally.legacy >= _ENOUGH or (tally.legacy and whole.legacy >= _ENOUGH and not tally.unicode)
    if has_signs and not tally.is_unicode:
        return _Verdict(encoding, "text", is_unsure=True)
    return _Verdict(None)


def _settled(whole: _Tally, encoding: Encoding, by: str) -> _Verdict:
    """Return the verdict on a doubtful piece: that of its font in the whole file, where that is clear."""
    if whole.is_legacy and whole.legacy >= _ENOUGH * _MARGIN:
        return _Verdict(encoding, by)
    return _Verdict(encoding, by, is_unsure=True)


def decoding_steps(decodings: Iterable[Decoding]) -> tuple[ProcessingStep, ...]:
    """Return the steps of a page that say what was decoded, and what may need to be: words by encoding and proof."""
    words: dict[tuple[str, str, str], int] = {}
    for one in decodings:
        key = ("suspect_encoding" if one.is_unsure else "decode", one.encoding.value, one.by)
        words[key] = words.get(key, 0) + one.words
    return tuple(
        ProcessingStep(action, "tonghop", __version__, (("encoding", encoding), ("by", by), ("words", str(count))))
        for (action, encoding, by), count in words.items()
    )


def _possible(font: str) -> tuple[Encoding, ...]:
    named = encoding_of(font)
    return (named,) if named else tuple(Encoding)


def _by_font(pieces: Sequence[Piece]) -> list[tuple[str, list[int]]]:
    """Return the places in `pieces` of each font; fonts of one encoding are judged together."""
    found: dict[str, list[int]] = {}
    for at, piece in enumerate(pieces):
        found.setdefault(encoding_of(piece.font) or piece.font.casefold(), []).append(at)
    return list(found.items())


def _joined(pieces: Sequence[Piece], places: Sequence[int]) -> str:
    text = "".join(pieces[at].text for at in places)
    return narrow(text) if encoding_of(pieces[places[0]].font) else text


def _decoded(pieces: Sequence[Piece], places: Sequence[int], encoding: Encoding | None) -> Iterator[tuple[int, str]]:
    """Yield place and text of the pieces at `places`; a code that two pieces share goes to the first."""
    if encoding is None:
        for at in places:
            yield at, _formatted(pieces[at].text, pieces[at])
        return
    for is_capitals, group in groupby(places, lambda at: is_capital_font(pieces[at].font)):
        left = list(group)
        for at, text in zip(left, _whole_codes([pieces[at].text for at in left], encoding), strict=True):
            yield at, _formatted(decode(text, encoding, is_capitals=is_capitals), pieces[at])


def _whole_codes(texts: list[str], encoding: Encoding) -> list[str]:
    """Return `texts` with the marks of VNI moved to the piece that has their letter."""
    if encoding is not Encoding.VNI:
        return texts
    whole = list(texts)
    for at in range(len(whole) - 1):
        joined = whole[at][-1:] + whole[at + 1][:1]
        if len(joined) == 2 and len(decode(joined, encoding)) == 1:
            whole[at], whole[at + 1] = whole[at] + joined[1], whole[at + 1][1:]
    return whole


def _formatted(text: str, piece: Piece) -> str:
    return text.upper() if piece.is_upper else text
