"""Official: how official documents in Chinese are laid out (GB/T 9704-2012): measures and faces, no drawing.

Both writers, ``official.typ`` and ``official_word.py``, read the measures here. The standard asks for faces
that nobody may hand on (仿宋, 楷体, 小标宋). A Word file names them, for offices have them; a PDF takes the
nearest that this machine has, and the packaged font where it has none, which :func:`stand_ins` says.
See ADR 0130.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from urbium.publish.documents import fonts
from urbium.text import Text, text

LANGUAGES: Final = frozenset({"zh"})
"""The languages whose official documents have this layout."""
MARGINS: Final = {"top": 37.0, "bottom": 35.0, "left": 28.0, "right": 26.0}
"""Of A4, in mm: what is left for type is 156 wide and 225 high."""
WIDTH, HEIGHT = 156.0, 225.0
LETTERS, LINES = 28, 22
"""Letters of a line, and lines of a page."""
TITLE, BODY, SMALL, TABLE = 22.0, 16.0, 14.0, 10.5
"""Sizes in points: 二号 of the title, 三号 of the text, 四号 of numbers of pages, 五号 of tables."""
ABOVE_HEAD: Final = 35.0
"""From the top of the type to the name of the body at its head, in mm."""
SEAL: Final = 42.0
"""The diameter of a seal, in mm: so high is the room that a signature leaves it."""
RED: Final = "#e60012"
INSTALL: Final = text("The nearest free fonts are in the packages fonts-noto-cjk and fonts-lxgw-wenkai.")
"""What to do where a face is missing."""
_POINT: Final = 72 / 25.4
PITCH: Final = WIDTH * _POINT / LETTERS
"""From one letter to the next, in points: a little less than the size of a letter."""
LINE: Final = HEIGHT * _POINT / LINES
"""From one line to the next, in points."""
_DIGITS: Final = "〇一二三四五六七八九"
_TEN: Final = 10


@dataclass(frozen=True, slots=True)
class Face:
    """A face of type.

    Attributes
    ----------
    role : where it stands: ``body``, ``first``, ``second`` (headings by grade), ``title``, ``page``
    word : the family that a Word file names
    families : families of PDFs, the nearest first; those up to ``true`` are the face itself
    true : how many of the families are the face that is asked for
    """

    role: str
    word: str
    families: tuple[str, ...]
    true: int


_SONG: Final = ("Noto Serif CJK SC", "Source Han Serif SC", "AR PL SungtiL GB")
FACES: Final[Mapping[str, Face]] = {
    face.role: face
    for face in (
        Face("body", "仿宋_GB2312",
             ("FangSong_GB2312", "FangSong", "STFangsong", "Zhuque Fangsong (technical preview)", *_SONG), 4),
        Face("first", "黑体", ("SimHei", "STHeiti", fonts.FONT), 3),
        Face("second", "楷体_GB2312",
             ("KaiTi_GB2312", "KaiTi", "STKaiti", "LXGW WenKai", "AR PL KaitiM GB", *_SONG), 5),
        Face("title", "方正小标宋简体",
             ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "STZhongsong", *_SONG), 3),
        Face("page", "宋体", ("SimSun", "NSimSun", "STSong", *_SONG), 6),
    )
}  # fmt: skip
"""The faces of an official document by their role."""


def installed(face: Face) -> list[fonts.SystemFont]:
    """Return the fonts of this machine that a face may be set in, the nearest first."""
    here = {font.family: font for font in fonts.system_fonts()}
    return [here[name] for name in face.families if name in here]


def families() -> dict[str, list[str]]:
    """Return the families of every face that a PDF is set in here; the last is the packaged one."""
    return {role: [*(font.family for font in installed(face)), fonts.FONT] for role, face in FACES.items()}


def folders() -> list[Path]:
    """Return the folders of the fonts of this machine that the faces are set in."""
    files = [Path(font.file).parent for face in FACES.values() for font in installed(face)]
    return list(dict.fromkeys(files))


def stand_ins() -> list[Text]:
    """Return which faces this machine lacks and what stands in for each; nothing where it has all."""
    said = []
    for role, face in FACES.items():
        taken = families()[role][0]
        if taken not in face.families[: face.true]:
            said.append(text("{face} is replaced by {family}", face=face.word, family=taken))
    return said


def measures() -> dict[str, float | str]:
    """Return the measures that the template of PDFs reads: lengths in mm, letters and lines in points."""
    return {
        **MARGINS, "title": TITLE, "body": BODY, "small": SMALL, "table": TABLE, "head": ABOVE_HEAD,
        "seal": SEAL, "red": RED, "pitch": PITCH, "line": LINE,
    }  # fmt: skip


def graded(level: int, place: int) -> str:
    """Return the number of a heading by its grade: 一、 （一） 1. (1).

    Parameters
    ----------
    level : its grade, from 1 to 4
    place : which one of its grade it is below the one above, from 1

    >>> graded(1, 3), graded(2, 12), graded(3, 2), graded(4, 1)
    ('三、', '（十二）', '2.', '(1)')
    """
    return (f"{numeral(place)}、", f"（{numeral(place)}）", f"{place}.", f"({place})")[level - 1]


def numeral(number: int) -> str:
    """Return a number from 1 to 99 as Chinese numbers headings.

    >>> numeral(4), numeral(10), numeral(11), numeral(20), numeral(35)
    ('四', '十', '十一', '二十', '三十五')
    """
    tens, ones = divmod(number, _TEN)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones or not tens else "")
