"""What stands on office pages: paragraphs of law text, and the numbers, codes, headings and letterheads around them.

Law text has few document codes, sums, percentages and Roman numerals; reports are full of them, and one wrong sign
makes them useless. They are invented here, in the forms of Decree 30/2020/NĐ-CP.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from tonghop.text import nfc

__all__ = ["Block", "Kind", "make_blocks", "readable"]

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_TYPES = ("QĐ", "KH", "BC", "TB", "TTr", "NQ", "CT", "CV", "GM", "PA", "ĐA", "HD", "BB", "TT", "NĐ", "QC")
_OFFICES = ("UBND", "HĐND", "CP", "TTg", "BNV", "BTC", "BTP", "SNV", "STP", "VP", "PNV", "BCĐ", "STTTT", "VPCP", "TU")
_SHORT = (
    "TTHC", "CCHC", "UBND", "CBCCVC", "VBQPPL", "HĐND", "MTTQ", "CNTT", "QPPL", "DVC", "NSNN", "KT-XH", "CQĐT", "VBHC",
    "TCVN ISO 9001:2015", "CBCC", "UBMTTQ", "ĐVSNCL", "TTPVHCC", "SIPAS", "PAR INDEX", "BHXH", "GCN QSDĐ", "NTM",
    "ATTP", "PCCC", "ANTT", "QLNN", "DTTS", "THCS", "THPT", "GD&ĐT", "LĐ-TB&XH", "VH-TT", "TN&MT", "NN&PTNT", "HTX",
)  # fmt: skip
_UNITS = ("hồ sơ", "văn bản", "thủ tục", "lượt", "hộ", "người", "triệu đồng", "đồng", "ha", "km", "m2", "tấn",
          "trường hợp", "cuộc", "lớp", "điểm", "đơn vị", "xã", "thôn", "tỷ đồng")  # fmt: skip
_TITLES = (
    "KẾT QUẢ THỰC HIỆN", "CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH", "CẢI CÁCH THỂ CHẾ", "CẢI CÁCH THỦ TỤC HÀNH CHÍNH",
    "CẢI CÁCH TỔ CHỨC BỘ MÁY", "CẢI CÁCH CHẾ ĐỘ CÔNG VỤ", "CẢI CÁCH TÀI CHÍNH CÔNG", "TỒN TẠI, HẠN CHẾ",
    "PHƯƠNG HƯỚNG, NHIỆM VỤ", "KIẾN NGHỊ, ĐỀ XUẤT", "MỤC TIÊU, YÊU CẦU", "TỔ CHỨC THỰC HIỆN", "NGUYÊN NHÂN",
    "XÂY DỰNG CHÍNH QUYỀN ĐIỆN TỬ, CHÍNH QUYỀN SỐ", "ĐÁNH GIÁ CHUNG", "GIẢI PHÁP CHỦ YẾU", "NỘI DUNG",
    "QUY ĐỊNH CHUNG", "ĐIỀU KHOẢN THI HÀNH", "KINH PHÍ THỰC HIỆN", "PHỤ LỤC", "BÁO CÁO", "KẾ HOẠCH", "QUYẾT ĐỊNH",
)  # fmt: skip
_PLACES = ("Xã", "Thị trấn", "Huyện", "Tỉnh", "Phường", "Phòng", "Ủy ban nhân dân", "Hội đồng nhân dân", "Văn phòng")
# Signs that Debian's model cannot write, and those that stand for them; the rest of a line with others is not used.
_SIGNS = str.maketrans(
    {"–": "-", "‑": "-", "‐": "-", "−": "-", "’": "'", "‘": "'", "…": "...", "\u00a0": " ", "•": "-"}
)
_LONGEST = 420  # characters of a paragraph: some six lines


class Kind(StrEnum):
    """How a block is set."""

    BODY = "body"  # justified, the first line drawn in
    HEADING = "heading"  # bold, to the left
    TITLE = "title"  # bold capitals, centred
    ITALIC = "italic"
    COLUMNS = "columns"  # letterhead, signature: two columns, each centred
    ROW = "row"  # cells of a table


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a page: `texts` are one paragraph, two columns (lines parted by a newline) or the cells of a row."""

    kind: Kind
    texts: tuple[str, ...]


def readable(text: str, letters: frozenset[str]) -> str:
    """Return `text` in the signs of the model; empty when it holds one that has no stand-in among `letters`."""
    plain = re.sub(r"\s+", " ", nfc(text).translate(_SIGNS)).strip()
    return plain if all(letter in letters or letter == " " for letter in plain) else ""


def make_blocks(lines: Sequence[str], chance: Random) -> list[Block]:
    """Return the blocks of one page, more than fill it. `lines` are paragraphs of running text."""
    blocks = [_letterhead(lines, chance)] if chance.random() < 0.4 else []
    if blocks and chance.random() < 0.7:
        blocks.append(Block(Kind.TITLE, (chance.choice(_TITLES),)))
    makers: tuple[Callable[[Sequence[str], Random], Block], ...] = (
        _body, _body, _body, _body, _body, _item, _item, _figures, _figures, _heading, _heading, _title, _italic, _row,
        _row, _references, _short_line,
    )  # fmt: skip
    blocks += [chance.choice(makers)(lines, chance) for _ in range(chance.randint(28, 40))]
    if chance.random() < 0.25:
        blocks.insert(chance.randint(6, 16), _signature(lines, chance))
    return blocks


def _piece(lines: Sequence[str], chance: Random, longest: int = _LONGEST) -> str:
    words = chance.choice(lines).split()
    start = chance.randrange(len(words)) if len(" ".join(words)) > 2 * longest else 0
    text = " ".join(words[start:])
    return text if len(text) <= longest else text[: text.rindex(" ", 0, longest)]


def _body(lines: Sequence[str], chance: Random) -> Block:
    text = _piece(lines, chance)
    if chance.random() < 0.35:  # a number, code or abbreviation between the words, as reports have them
        words = text.split()
        for _ in range(chance.randint(1, 3)):
            words.insert(chance.randint(0, len(words)), _token(chance))
        text = " ".join(words)
    return Block(Kind.BODY, (text,))


def _item(lines: Sequence[str], chance: Random) -> Block:
    mark = chance.choice(("-", "-", "+", "*", "a)", "b)", "c)", "d)", "đ)", "e)", f"{chance.randint(1, 19)}.",
                          f"{chance.randint(1, 9)}.{chance.randint(1, 12)}.", f"{_roman(chance)}."))  # fmt: skip
    return Block(Kind.BODY, (f"{mark} {_piece(lines, chance, 240)}",))


def _heading(lines: Sequence[str], chance: Random) -> Block:
    mark = chance.choice((f"{chance.randint(1, 12)}.", f"{chance.randint(1, 4)}.{chance.randint(1, 9)}.",
                          f"{_roman(chance)}.", f"{_roman(chance)}.", f"Điều {chance.randint(1, 140)}.",
                          f"Chương {_roman(chance)}", f"Mục {chance.randint(1, 9)}."))  # fmt: skip
    return Block(Kind.HEADING, (f"{mark} {_piece(lines, chance, 90)}",))


def _title(lines: Sequence[str], chance: Random) -> Block:
    text = chance.choice(_TITLES) if chance.random() < 0.5 else _piece(lines, chance, 100).upper()
    if chance.random() < 0.75:
        return Block(Kind.HEADING, (f"{_roman(chance)}. {text}",))
    return Block(Kind.TITLE, (text,))


def _italic(lines: Sequence[str], chance: Random) -> Block:
    text = _piece(lines, chance, 200)
    return Block(Kind.ITALIC, (f"({text})" if chance.random() < 0.3 else text,))


def _figures(lines: Sequence[str], chance: Random) -> Block:
    words = _piece(lines, chance, 300).split()
    parts: list[str] = []
    while words:
        run = chance.randint(2, 6)
        parts += words[:run]
        words = words[run:]
        parts.append(_token(chance) + chance.choice(("", "", ",", ";", ".")))
    return Block(Kind.BODY, (" ".join(parts)[:_LONGEST].rpartition(" ")[0],))


def _references(lines: Sequence[str], chance: Random) -> Block:
    kinds = ("Căn cứ", "Thực hiện", "Theo", "Ban hành kèm theo")
    named = (
        "Quyết định số",
        "Kế hoạch số",
        "Công văn số",
        "Báo cáo số",
        "Nghị quyết số",
        "Thông tư số",
        "Nghị định số",
    )
    start = f"{chance.choice(kinds)} {chance.choice(named)} {_code(chance)} ngày {_day(chance)}"
    return Block(Kind.BODY, (f"{start} của {chance.choice(_PLACES)} {_piece(lines, chance, 160)};",))


def _short_line(_lines: Sequence[str], chance: Random) -> Block:
    return Block(
        chance.choice((Kind.BODY, Kind.HEADING)), (" ".join(_token(chance) for _ in range(chance.randint(1, 4))),)
    )


def _row(lines: Sequence[str], chance: Random) -> Block:
    cells = [
        chance.choice((str(chance.randint(1, 60)), _roman(chance), f"{chance.randint(1, 9)}.{chance.randint(1, 9)}"))
    ]
    cells.append(_piece(lines, chance, 34))
    cells += [
        chance.choice((_number, _number, _percent, _money, _code, _date))(chance) for _ in range(chance.randint(1, 3))
    ]
    return Block(Kind.ROW, tuple(cells))


def _letterhead(lines: Sequence[str], chance: Random) -> Block:
    name = _piece(lines, chance, 22)
    left = f"{chance.choice(_PLACES).upper()}\n{name.upper()}\nSố: {_code(chance)}"
    nation = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
    return Block(Kind.COLUMNS, (left, f"{nation}\n{name.title()}, ngày {_day(chance)}"))


def _signature(lines: Sequence[str], chance: Random) -> Block:
    right = chance.choice(("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH", "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH", "TRƯỞNG PHÒNG", "GIÁM ĐỐC"))
    left = "\n".join(["Nơi nhận:", *(f"- {_piece(lines, chance, 26)};" for _ in range(3)), "- Lưu: VT, HS."])
    return Block(Kind.COLUMNS, (left, right))


def _token(chance: Random) -> str:
    makers = (_number, _number, _counted, _counted, _percent, _percent, _money, _code, _code, _dated, _date, _share,
              _roman_place, _abbreviation, _abbreviation, _range)  # fmt: skip
    return chance.choice(makers)(chance)


def _roman(chance: Random) -> str:
    return _ROMAN[min(chance.randrange(len(_ROMAN)), chance.randrange(len(_ROMAN)))]


def _roman_place(chance: Random) -> str:
    name = chance.choice(("quý", "Quý", "Mục", "Chương", "Phụ lục", "giai đoạn", "Phần", "loại", "khu vực", "kỳ"))
    return f"{name} {_roman(chance)}" + chance.choice(("", "", ".", f"/{_year(chance)}", f" năm {_year(chance)}"))


def _number(chance: Random) -> str:
    value = chance.randrange(10 ** chance.randint(1, 7))
    if chance.random() < 0.15 and value < 10:
        return f"0{value}"
    return f"{value:,}".replace(",", "." if chance.random() < 0.85 else "")


def _counted(chance: Random) -> str:
    return f"{_number(chance)} {chance.choice(_UNITS)}"


def _percent(chance: Random) -> str:
    forms = (f"{chance.randint(0, 100)}", f"{chance.uniform(0, 100):.1f}", f"{chance.uniform(0, 100):.2f}")
    value = chance.choice(forms)
    return value.replace(".", ",") + chance.choice(("%", "%", "%", " %"))


def _money(chance: Random) -> str:
    value = f"{chance.randrange(1, 10**6) * 10 ** chance.choice((0, 3, 3, 6)):,}".replace(",", ".")
    return value + chance.choice(("", " đồng", " đ", "đ", " VNĐ", " triệu đồng"))


def _share(chance: Random) -> str:
    whole = chance.randint(2, 400)
    return f"{chance.randint(0, whole)}/{whole} {chance.choice(_UNITS)}"


def _range(chance: Random) -> str:
    year = chance.randint(1995, 2030)
    return chance.choice((f"{year}-{year + chance.randint(1, 10)}", f"từ {_number(chance)} đến {_number(chance)}",
                          f"({chance.randint(1, 40)})",
                          f"{chance.randint(6, 22)}h{chance.randint(0, 59):02}"))  # fmt: skip


def _code(chance: Random) -> str:
    number = chance.choice((f"{chance.randint(1, 9):02}", str(chance.randint(10, 4999))))
    year = chance.choice(("", "", "", f"/{_year(chance)}"))
    return f"{number}{year}/{chance.choice(_TYPES)}-{chance.choice(_OFFICES)}"


def _year(chance: Random) -> int:
    return chance.randint(1998, 2027)


def _date(chance: Random) -> str:
    day, month = chance.randint(1, 31), chance.randint(1, 12)
    form = chance.choice(("{}/{}/{}", "{:02}/{:02}/{}", "{:02}/{}/{}", "{}-{}-{}"))
    return form.format(day, month, _year(chance))


def _day(chance: Random) -> str:
    if chance.random() < 0.5:
        return _date(chance)
    return f"{chance.randint(1, 31):02} tháng {chance.randint(1, 12):02} năm {_year(chance)}"


def _dated(chance: Random) -> str:
    return f"{chance.choice(('số', 'Số:', ''))} {_code(chance)} ngày {_day(chance)}".strip()


def _abbreviation(chance: Random) -> str:
    return chance.choice(("{}", "{}", "({})", "{},")).format(chance.choice(_SHORT))
