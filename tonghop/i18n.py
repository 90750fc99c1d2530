"""The user's language: Vietnamese by default, English with `--lang en`. Message ids are English."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from tonghop.errors import TonghopError

__all__ = ["LANGUAGES", "Translator", "join_sentences"]

LANGUAGES = ("vi", "en")
_LOCALES = Path(__file__).parent / "locale"
_PHRASE = "phrase"  # the context under which scripts/catalogue.py keeps the templates of `phrase` and `P_`
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
# The programs that reading calls: “connection to server failed: …”, of a library, is no sentence of ours.
_VALUES = {"program": r"tesseract|pdf\w+|poppler|worker process"}


class Translator:
    """Translates message ids into one language. What is not known comes back as it is."""

    def __init__(self, language: str = "vi") -> None:
        self.language = language
        self._catalogue = gettext.translation("tonghop", _LOCALES, [language], fallback=True)

    def __call__(self, message: str) -> str:
        """Return `message` in the language: a message id, a filled `phrase`, or the sentence of an error.

        What is `quoted`, the words of another program, comes back as it is.
        """
        if not message or (message[0] == "“" and message[-1] == "”"):
            return message
        found = self._catalogue.gettext(message)
        return self._filled_again(message) if found == message else found

    def plural(self, one: str, many: str, count: int) -> str:
        """Return the form that fits `count`."""
        return self._catalogue.ngettext(one, many, count)

    def error(self, error: TonghopError) -> tuple[str, str]:
        """Return sentence and advice of `error` in the language; values that are messages themselves too."""
        params = {key: self(value) for key, value in error.params.items()}
        return _fill(self._catalogue.gettext(error.message), params), _fill(
            self._catalogue.gettext(error.advice), params
        )

    def sentence(self, error: TonghopError) -> str:
        """Return sentence and advice of `error` in one line."""
        return join_sentences(*self.error(error))

    def _filled_again(self, text: str) -> str:
        """Return `text` by the template it was filled from, the one with most words of its own, in the language."""
        for pattern, translation in self._templates:
            found = pattern.fullmatch(text)
            if found and (all(map(_is_closed, found.groups())) or not _is_closed(text)):
                return _fill(translation, {key: self(value) for key, value in found.groupdict().items()})
        return text

    @cached_property
    def _templates(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        known = {**dict(self._error_messages()), **dict(self._phrases())}
        longest_first = sorted(known, key=lambda template: -len(_PLACEHOLDER.sub("", template)))
        return tuple((_pattern(template), known[template]) for template in longest_first)

    def _phrases(self) -> Iterator[tuple[str, str]]:
        # gettext offers no way to list a catalogue; this attribute is the one its own subclasses use.
        for key in getattr(self._catalogue, "_catalog", {}):
            context, separator, template = key.partition("\x04") if isinstance(key, str) else ("", "", "")
            if separator and context == _PHRASE:
                yield template, self._catalogue.pgettext(_PHRASE, template)

    def _error_messages(self) -> Iterator[tuple[str, str]]:
        pending = [TonghopError]
        while pending:
            kind = pending.pop()
            pending.extend(kind.__subclasses__())
            if re.search("[a-z]", _PLACEHOLDER.sub("", kind.message)):
                yield kind.message, self._catalogue.gettext(kind.message)


def join_sentences(*sentences: str) -> str:
    """Return the sentences in one line, with a full stop after each that is followed by another and has none."""
    said = [sentence.strip() for sentence in sentences if sentence.strip()]
    ended = [one if one.rstrip("”\"')").endswith((".", "!", "?", "…", ":", ";")) else one + "." for one in said[:-1]]
    return " ".join([*ended, *said[-1:]])


def _is_closed(text: str) -> bool:
    """Return whether every quotation that begins in `text` ends there: words inside one are not ours."""
    return text.count("“") == text.count("”")


def _pattern(template: str) -> re.Pattern[str]:
    parts = _PLACEHOLDER.split(template)
    names: set[str] = set()
    pattern = ""
    for at, part in enumerate(parts):
        if at % 2 == 0:
            pattern += re.escape(part)
        else:
            pattern += f"(?P={part})" if part in names else f"(?P<{part}>{_VALUES.get(part, '.*')})"
            names.add(part)
    return re.compile(pattern, re.DOTALL)


def _fill(template: str, params: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: params.get(found[1], "?"), template)
