"""Text layers in fonts of before Unicode, decoded: word by word by the font's name, then by the text.

The rules are those for Word files (`ingest.decoding`); what is the PDF's own are the names of its fonts and a few
characters that programs put for codes without a Unicode name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tonghop.ingest.decoding import Decoder, Decoding, Piece
from tonghop.ingest.layerprobe import FontRun, font_of
from tonghop.records import Line, Word
from tonghop.text import clean, one_line

__all__ = ["decode_layer", "has_old_codes", "typeface"]

# Acrobat names some glyphs of fonts with codes of their own by their look, and gives them a font of their own.
# Seen in the TCVN3 documents of ../shared/realdocs.
_LOOKS = "\u2212\u2219\u03bc\u02c9\u2126"
_SEAM = 0.2  # of a line's height: in spaced titles 0.14 parts such a glyph from its word, and 0.5 parts words
_BY_LOOK = str.maketrans({"\u2212": "\xad", "\u2219": "\xb7", "\u03bc": "\xb5", "\u02c9": "\xaf", "\u2126": "\xd8"})
_STYLE = re.compile(r"[,-]?(?:Bold|Italic|Oblique|Regular|MT)+$")
_VNI_GLUED = re.compile(r"^VNI(?=[A-Z0-9])", re.IGNORECASE)
_CODES = re.compile("[\xa1-\xff\uf0a1-\uf0ff\u2212\u2219]")
_LEAST_CODES = 0.03  # of the characters; Vietnamese has about a quarter of letters with marks


def has_old_codes(lines: Sequence[Line]) -> bool:
    """Return whether the layer holds as many codes of old fonts as a text in one would, and more."""
    text = "".join(word.raw for line in lines for word in line.words)
    return len(_CODES.findall(text)) >= max(1.0, _LEAST_CODES * len(text))


def typeface(font: str) -> str:
    """Return the name of a PDF's font as Word would have it: `VnTimeHBold` is VnTimeH, `VNITimes` is VNI-Times."""
    return _VNI_GLUED.sub("VNI-", _STYLE.sub("", font.rpartition("+")[2]))


def decode_layer(lines: Sequence[Line], runs: Sequence[FontRun]) -> tuple[tuple[Line, ...], tuple[Decoding, ...]]:
    """Return `lines` with the words in old fonts decoded, and what was done; `runs` tell the fonts."""
    lines = [replace(line, words=_joined(line.words)) for line in lines]
    pieces = [[_piece(word, runs) for word in line.words] for line in lines]
    decoder = Decoder(pieces)
    decoded: list[Line] = []
    done: list[Decoding] = []
    for line, own in zip(lines, pieces, strict=True):
        texts, decodings = decoder.decode(own)
        done += decodings
        words = (_decoded(word, text) for word, text in zip(line.words, texts, strict=True))
        decoded.append(replace(line, words=tuple(word for word in words if word.text)))
    return tuple(line for line in decoded if line.words), tuple(done)


def _joined(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return `words` with those made one that poppler parts at a glyph of another font."""
    whole: list[Word] = []
    for word in words:
        if whole and _is_seam(whole[-1], word):
            whole[-1] = _as_one(whole[-1], word)
        else:
            whole.append(word)
    return tuple(whole)


def _is_seam(one: Word, other: Word) -> bool:
    if not (one.box and other.box) or (one.raw[-1:] not in _LOOKS and other.raw[:1] not in _LOOKS):
        return False
    return other.box[0] - one.box[2] < _SEAM * (one.box[3] - one.box[1])


def _as_one(one: Word, other: Word) -> Word:
    assert one.box
    assert other.box
    (x0, y0, _, y1), (_, other_y0, x1, other_y1) = one.box, other.box
    box = (x0, min(y0, other_y0), max(x0, x1), max(y1, other_y1))
    return replace(one, text=one.text + other.text, raw=one.raw + other.raw, box=box)


def _decoded(word: Word, text: str) -> Word:
    # What was written is the decoded text, as in a Word file: the codes are its spelling in that font.
    return replace(word, text=one_line(clean(text)), raw=text.strip())


def _piece(word: Word, runs: Sequence[FontRun]) -> Piece:
    font = typeface(font_of(word.box, runs)) if word.box else ""
    return Piece(f"{word.raw.translate(_BY_LOOK)} ", font)
