"""What all errors share, and how one is found again by its code. Use them from `tonghop.errors`."""

from __future__ import annotations

import re
from typing import ClassVar

from tonghop.phrases import N_, Filled

__all__ = ["TonghopError", "error_class", "error_from"]


class TonghopError(Exception):
    """Base of all errors. `params` fill the placeholders of `message` and `advice`."""

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "unexpected"
    message: ClassVar[str] = N_("Something unexpected happened: {detail}")
    advice: ClassVar[str] = N_("Run the command again; if it happens again, report it with the file tonghop.log.")

    def __init__(self, **params: object) -> None:
        self.params = {key: str(value) for key, value in params.items()}
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """Return the English sentence. A missing placeholder shows as `?`, never as a crash."""
        return self.message.format_map(Filled(self.params))

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process borders: keyword-only construction needs its own pickling.
        return _rebuild, (type(self), self.params)


def _rebuild(kind: type[TonghopError], params: dict[str, str]) -> TonghopError:
    return kind(**params)


def error_class(code: str) -> type[TonghopError]:
    """Return the error class with this `code`; `TonghopError` itself for a code that is not known."""
    pending: list[type[TonghopError]] = [TonghopError]
    while pending:
        kind = pending.pop()
        if kind.code == code:
            return kind
        pending.extend(kind.__subclasses__())
    return TonghopError


def error_from(code: str, sentence: str) -> TonghopError:
    """Return the error with this `code` whose English sentence is `sentence`, as a page keeps it.

    Its params are read back from the sentence, so that it can be said in another language. A sentence that is
    not the error's own (an older version worded it) becomes the detail of a plain `TonghopError`.
    """
    kind = error_class(code)
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*)", re.escape(kind.message))
    found = re.fullmatch(pattern, sentence, re.DOTALL)
    return kind(**found.groupdict()) if found else TonghopError(detail=sentence)
