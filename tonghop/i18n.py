"""The user's language: Vietnamese by default, English with `--lang en`. Message ids are English."""

from __future__ import annotations

import gettext
from pathlib import Path

from tonghop.errors import TonghopError

__all__ = ["LANGUAGES", "Translator"]

LANGUAGES = ("vi", "en")
_LOCALES = Path(__file__).parent / "locale"


class Translator:
    """Translates message ids into one language. Unknown ids come back as they are."""

    def __init__(self, language: str = "vi") -> None:
        self.language = language
        self._catalogue = gettext.translation("tonghop", _LOCALES, [language], fallback=True)

    def __call__(self, message: str) -> str:
        """Return `message` in the language."""
        return self._catalogue.gettext(message) if message else message

    def plural(self, one: str, many: str, count: int) -> str:
        """Return the form that fits `count`."""
        return self._catalogue.ngettext(one, many, count)

    def error(self, error: TonghopError) -> tuple[str, str]:
        """Return sentence and advice of `error` in the language; values that are message ids themselves too."""
        params = {key: self(value) for key, value in error.params.items()}
        return _fill(self(error.message), params), _fill(self(error.advice), params)


def _fill(template: str, params: dict[str, str]) -> str:
    for key, value in params.items():
        template = template.replace("{" + key + "}", value)
    return template
