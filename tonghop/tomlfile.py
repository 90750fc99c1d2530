"""TOML files, checked against a model. A mistake is a `FileProblem` that names file, line, problem and mend.

The library's own words for a mistake are for programmers and in English; each kind of mistake has a sentence here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tonghop.errors import N_, P_, ConfigurationError, FileProblem, SettingsMissing, phrase

__all__ = ["line_of", "load_toml", "text_of"]

Model = TypeVar("Model", bound=BaseModel)
_Sentences = tuple[str, str]  # what is wrong, how to mend it

_SHOWN = 60  # letters of a value that a sentence repeats
_DATE = N_("Write a day of the calendar as year-month-day without quotes, for example 2024-02-29.")
_A_DATE = re.compile(r"""=\s*["']?\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}""")

_TEXT: _Sentences = (P_("{key}: a text is expected."), P_("Put the value {value} in double quotes."))
_WHOLE: _Sentences = (
    P_("{key}: a whole number is expected."),
    P_("Replace the value {value} by a whole number, without quotes."),
)
_NUMBER: _Sentences = (
    P_("{key}: a number is expected."),
    P_("Replace the value {value} by a number, without quotes and with a point for the decimals."),
)
_TRUTH: _Sentences = (
    P_("{key}: true or false is expected."),
    P_("Replace the value {value} by true or false, without quotes."),
)
_CHOICE: _Sentences = (
    P_("{key}: {value} is not one of the values it can have."),
    P_("Replace the value {value} by one of: {choices}."),
)
_DAY: _Sentences = (P_("{key}: {value} is not a date."), _DATE)
_LIST: _Sentences = (P_("{key}: a list is expected."), P_("Put the values in square brackets, with commas between."))
_TABLE: _Sentences = (
    P_("{key}: a table is expected, not a value."),
    P_("Write [{last}] on a line of its own, and its keys below it."),
)
_EMPTY: _Sentences = (P_("{key}: must not be empty."), P_("Give `{last}` a value."))
_ANOTHER = P_("Replace the value {value}.")
_SENTENCES: dict[str, _Sentences] = {
    "missing": (P_("{key}: is not there."), P_("Add the key `{last}`.")),
    "extra_forbidden": (
        P_("{key}: this key is not known here."),
        P_("Remove the key or correct its spelling. Known here: {known}."),
    ),
    "string_type": _TEXT,
    "string_pattern_mismatch": (
        P_("{key}: {value} is not a name that a key can have."),
        P_("Use small letters a to z without marks, digits and dashes, as in `xa-bao-lam`."),
    ),
    "string_too_short": _EMPTY,
    "too_short": _EMPTY,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "literal_error": _CHOICE,
    "enum": _CHOICE,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
    "greater_than": (P_("{key}: {value} is too small; it must be more than {gt}."), _ANOTHER),
    "greater_than_equal": (P_("{key}: {value} is too small; the least is {ge}."), _ANOTHER),
    "less_than": (P_("{key}: {value} is too large; it must be less than {lt}."), _ANOTHER),
    "less_than_equal": (P_("{key}: {value} is too large; the most is {le}."), _ANOTHER),
}
_UNKNOWN: _Sentences = (P_("{key}: this value cannot be used: {detail}"), _ANOTHER)

_PUNCTUATION = N_("Check quotes, brackets and equals signs on that line.")
_TWICE: _Sentences = (N_("This key or table is there twice."), N_("Remove one of the two, or give it another name."))
_BACKSLASH: _Sentences = (
    N_("A text holds a backslash."),
    N_("Write / in place of \\, or put the text in single quotes."),
)
_SYNTAX: dict[str, _Sentences] = {  # by how the message of tomllib begins
    "Invalid date": (N_("This day or time does not exist."), _DATE),
    "Cannot overwrite": _TWICE,
    "Cannot declare": _TWICE,
    "Cannot redefine": _TWICE,
    "Cannot mutate": _TWICE,
    "Duplicate": _TWICE,
    "Unescaped": _BACKSLASH,
    "Invalid hex": _BACKSLASH,
    "Escaped": _BACKSLASH,
    "Unterminated": (N_("A text is not closed by a quote."), _PUNCTUATION),
    "Illegal": (N_("A text is not closed by a quote on its own line."), _PUNCTUATION),
    "Unclosed": (N_("A bracket is not closed."), _PUNCTUATION),
    "Expected ']": (N_("A bracket is not closed."), _PUNCTUATION),
    "Expected '=": (N_("A key has no equals sign after it."), _PUNCTUATION),
    "Invalid value": (N_("What stands after the equals sign is no value; a text needs quotes."), _PUNCTUATION),
}
_NOT_TOML: _Sentences = (N_("The line is not of the form key = value."), _PUNCTUATION)


def text_of(path: Path) -> str:
    """Return the text of the file `path`. Raises `ConfigurationError`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise SettingsMissing(file=path) from error
    except OSError as error:
        detail = phrase("The file {file} cannot be read: {detail}", file=path, detail=error.strerror or error)
        raise ConfigurationError(detail=detail) from error
    except UnicodeDecodeError as error:
        detail = phrase("The file {file} is not text in UTF-8: save it with that encoding.", file=path)
        raise ConfigurationError(detail=detail) from error


def load_toml(path: Path, model: type[Model]) -> Model:
    """Return the TOML file `path` as a `model`. Raises `ConfigurationError`; for a mistake in it, `FileProblem`."""
    text = text_of(path)
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise _syntax_problem(path, text, str(error)) from error
    except ValidationError as error:
        # A misspelt key shows twice, as one that is unknown and one that is missing: the first says more.
        first = min(error.errors(include_url=False), key=lambda found: found["type"] != "extra_forbidden")
        problem, mend = _value_problem(first, model)
        raise FileProblem(file=path, line=line_of(text, first["loc"]), problem=problem, mend=mend) from error


def _syntax_problem(path: Path, text: str, message: str) -> FileProblem:
    found = re.search(r"at line (\d+)", message)
    line = int(found[1]) if found else text.count("\n") + 1
    problem, mend = next((said for start, said in _SYNTAX.items() if message.startswith(start)), _NOT_TOML)
    # 2023-12-32 is no date to the parser: it reads the number 2023 and stumbles over what follows.
    if problem is _NOT_TOML[0] and _A_DATE.search((text + "\n").split("\n")[line - 1]):
        problem, mend = _SYNTAX["Invalid date"]
    return FileProblem(file=path, line=line, problem=problem, mend=mend)


def _value_problem(error: Any, model: type[BaseModel]) -> _Sentences:
    """Return what is wrong with a value and how to mend it. `error` is one of pydantic's."""
    context: Mapping[str, Any] = error.get("ctx", {})
    loc: tuple[int | str, ...] = error["loc"]
    known = _model_at(model, loc[:-1])
    values = {
        "key": ".".join(map(str, loc)),
        "last": next((part for part in reversed(loc) if isinstance(part, str)), ""),
        "value": _shown(error.get("input")),
        "known": ", ".join(sorted(known.model_fields)) if known else "",
        "choices": ", ".join(re.findall("'([^']*)'", str(context.get("expected", "")))),
        "detail": context.get("error", error["msg"]),
        **{limit: context[limit] for limit in ("gt", "ge", "lt", "le") if limit in context},
    }
    problem, mend = _SENTENCES.get(error["type"], _UNKNOWN)
    return phrase(problem, **values), phrase(mend, **values)


def _shown(value: object) -> str:
    """Return `value` as it is written in the file, if it is short."""
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _model_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> type[BaseModel] | None:
    found: type[BaseModel] | None = model
    for part in loc:
        if isinstance(part, int) or found is None:
            continue
        field = found.model_fields.get(part)
        found = _inner_model(field.annotation) if field else None
    return found


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if found := _inner_model(argument):
            return found
    return None


def line_of(text: str, loc: tuple[int | str, ...]) -> int:
    """Return the line (from 1) of `text`, a TOML file, where the value at `loc` stands, or its table begins.

    Walks `[table]` and `[[array]]` headers, then the key inside. Falls back to the last header that matched.
    """
    names = [str(part) for part in loc if not isinstance(part, int)]
    indexes = [part for part in loc if isinstance(part, int)]
    header = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?")
    wanted = indexes[0] if indexes else 0
    best, inside, seen = 1, len(names) == 1, -1
    for number, line in enumerate(text.split("\n"), 1):
        if match := header.match(line):
            table = [part.strip().strip("\"'") for part in match[1].split(".")]
            is_prefix = table == names[: len(table)]
            seen += is_prefix and line.lstrip().startswith("[[") and len(table) == 1
            inside = is_prefix and (not indexes or seen == wanted)
            best = number if inside else best
        elif inside and names and re.match(rf"\s*[\"']?{re.escape(names[-1])}[\"']?\s*[=.]", line):
            return number
    return best
