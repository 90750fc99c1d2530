"""Rules between figures of one section. A rule that fails is shown with its operands; nothing is corrected.

The share on time is of the files that fell due, or where these are not given of the files handled: never of the
files received (wording of the ministry's form on the handling of files).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from tonghop.extract.figures import PlacedFigure
from tonghop.records import Check, Figure

__all__ = ["check_figures"]

_Values = dict[str, Figure]


def check_figures(figures: Sequence[PlacedFigure]) -> tuple[Check, ...]:
    """Return the checks of one section's figures. Operands stand in one paragraph, or are the only ones there."""
    everywhere = _unambiguous([placed.figure for placed in figures])
    checks: dict[tuple[str, tuple[Decimal, ...]], Check] = {}
    paragraphs = sorted({placed.paragraph for placed in figures})
    groups = [_unambiguous([p.figure for p in figures if p.paragraph == number]) for number in paragraphs]
    repeated = {f.figure.indicator for f in figures} - set(everywhere)
    for values in [*groups, *([] if repeated else [everywhere])]:
        for check in _checks(values):
            checks.setdefault((check.rule, tuple(f.value for f in check.operands)), check)
    return tuple(checks.values())


def _unambiguous(figures: Sequence[Figure]) -> _Values:
    values: dict[str, set[Decimal]] = {}
    for figure in figures:
        values.setdefault(figure.indicator, set()).add(figure.value)
    return {figure.indicator: figure for figure in reversed(figures) if len(values[figure.indicator]) == 1}


def _checks(values: _Values) -> Iterator[Check]:
    yield from _sum(values, ("ho_so_ton", "ho_so_moi"), "ho_so_tong")
    if "ho_so_truoc_han" in values:
        yield from _sum(values, ("ho_so_truoc_han", "ho_so_dung_han", "ho_so_tre_han"), "ho_so_giai_quyet")
    else:
        yield from _sum(values, ("ho_so_dung_han", "ho_so_tre_han"), "ho_so_giai_quyet")
    whole = "ho_so_den_han" if "ho_so_den_han" in values else "ho_so_giai_quyet"
    yield from _share(values, "ho_so_dung_han", whole, "ty_le_dung_han")
    yield from _share(values, "ho_so_truc_tuyen", "ho_so_moi", "ty_le_truc_tuyen")


def _sum(values: _Values, parts: tuple[str, ...], total: str) -> Iterator[Check]:
    if not all(key in values for key in (*parts, total)):
        return
    operands = tuple(values[key] for key in (*parts, total))
    expected = sum((f.value for f in operands[:-1]), Decimal(0))
    found = operands[-1].value
    yield Check(f"{' + '.join(parts)} = {total}", operands, expected, found, expected == found)


def _share(values: _Values, part: str, whole: str, share: str) -> Iterator[Check]:
    if not all(key in values for key in (part, whole, share)) or not values[whole].value:
        return
    operands = (values[part], values[whole], values[share])
    early = values["ho_so_truoc_han"].value if "ho_so_truoc_han" in values and part == "ho_so_dung_han" else Decimal(0)
    found = operands[2].value
    # One unit of the last printed digit: rounded or cut off, both are right.
    step = Decimal((0, (1,), -_decimals(operands[2].text)))
    expected = [100 * (operands[0].value + more) / operands[1].value for more in {Decimal(0), early}]
    nearest = min(expected, key=lambda value: abs(value - found))
    rounded = nearest.quantize(min(step, Decimal("0.01")))
    yield Check(f"{share} = {part} / {whole}", operands, rounded, found, abs(nearest - found) <= step)


def _decimals(printed: str) -> int:
    return len(printed.replace(",", ".").rpartition(".")[2]) if re.search(r"[.,]", printed) else 0
