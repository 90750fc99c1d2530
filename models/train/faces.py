"""The typefaces of the drawn lines, and the proof that each holds every Vietnamese letter.

Office letters are set in Times New Roman (Decree 30/2020/NĐ-CP), whose free likenesses come first; a few others keep
the model from knowing nothing else. Debian: fonts-croscore, fonts-texgyre, fonts-linuxlibertine, fonts-sil-charis,
fonts-noto-core; fonts-freefont-otf and fonts-sil-gentiumplus are kept for measuring and never trained on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from PIL import ImageFont

from tonghop.models.train.printing import Family

__all__ = ["choose_family", "find_families", "missing_letters"]

_MARKED = "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵăâêôơưđ"
_TRAINED = (
    (("Tinos-Regular.ttf", "Tinos-Bold.ttf", "Tinos-Italic.ttf"), 8),
    (("texgyretermes-regular.otf", "texgyretermes-bold.otf", "texgyretermes-italic.otf"), 5),
    (("LinLibertine_R.otf", "LinLibertine_RB.otf", "LinLibertine_RI.otf"), 1),
    (("CharisSIL-Regular.ttf", "CharisSIL-Bold.ttf", "CharisSIL-Italic.ttf"), 1),
    (("NotoSerif-Regular.ttf", "NotoSerif-Bold.ttf", "NotoSerif-Italic.ttf"), 1),
    (("Arimo-Regular.ttf", "Arimo-Bold.ttf", "Arimo-Italic.ttf"), 1),
)
_HELD_OUT = (
    (("FreeSerif.otf", "FreeSerifBold.otf", "FreeSerifItalic.otf"), 3),
    (("GentiumPlus-Regular.ttf", "GentiumPlus-Bold.ttf", "GentiumPlus-Italic.ttf"), 1),
)


def find_families(folders: Iterable[Path], *, held_out: bool = False) -> tuple[tuple[Family, ...], tuple[int, ...]]:
    """Return the typefaces and how often each is drawn.

    Raises `FileNotFoundError` for a file that is in none of `folders`, `ValueError` for a face without some letters.
    """
    wanted = _HELD_OUT if held_out else _TRAINED
    names = {name for files, _ in wanted for name in files}
    found = {path.name: path for folder in folders for path in sorted(folder.rglob("*.[ot]tf")) if path.name in names}
    if absent := sorted(names - set(found)):
        raise FileNotFoundError(f"these fonts are not installed: {', '.join(absent)}")
    for path in found.values():
        if missing := missing_letters(path):
            raise ValueError(f"{path.name} lacks {len(missing)} Vietnamese letters: {missing}")
    return tuple(Family(*(found[name] for name in files)) for files, _ in wanted), tuple(n for _, n in wanted)


def choose_family(families: Sequence[Family], weights: Sequence[int], chance: Random) -> Family:
    """Return one of `families`, each as often as its weight says."""
    return chance.choices(families, weights)[0]


def missing_letters(path: Path) -> str:
    """Return the Vietnamese letters that the face at `path` draws as it draws a character that does not exist."""
    face = ImageFont.truetype(str(path), 40, layout_engine=ImageFont.Layout.BASIC)
    nothing = bytes(face.getmask("\uffff"))
    return "".join(letter for letter in _MARKED + _MARKED.upper() if bytes(face.getmask(letter)) in (nothing, b""))
