"""Fonts: the letters that a PDF can be written in; another is refused, and never drawn as a box.

The packaged fonts come first: that of documents, then those of Typst. Letters that both lack are taken from a
font of this machine.
"""

import base64
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any, Final

from urbium.extras import needs

needs("documents")  # every file of a document comes by here
import noto_cjk_sans_otc  # noqa: E402

FONTS: Final = Path(noto_cjk_sans_otc.__file__).parent
"""The folder of the fonts of documents."""
FONT: Final = "Noto Sans CJK SC"
"""The family that documents are written in: Latin, Greek, Cyrillic, Chinese, Japanese and Korean."""
_LABEL: Final = re.compile(r"<text[^>]*>([^<]*)<")
_INVISIBLE: Final = frozenset("\n\t\u00ad\u200b")
_FILE: Final = FONTS / noto_cjk_sans_otc.FONT_FILE
_LATIN: Final = 0x24F
_SIGNS: Final = frozenset("–—‘’“”…·€×−≤≥→")
"""Signs that every system has beside Latin letters."""
_LAYOUT: Final = ["BASE", "DSIG", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
_CUT: Final[dict[str, Any]] = {
    "font_number": 0, "flavor": "woff", "layout_features": [], "drop_tables": _LAYOUT, "hinting": False,
}  # fmt: skip
_FACE: Final = f'@font-face {{ font-family: "{FONT}"; src: url(data:font/woff;base64,%s); }}'
_SHOWN: Final = 10
"""Letters that are named when they are missing."""
_WORDS_SHOWN: Final = 3
_REGULAR: Final = 400
_BOXES: Final = frozenset({"LastResort", ".LastResort", "LastResortHE", "AdobeBlank", "AdobeNotDef"})
"""Families that draw a box, or nothing, for every letter there is."""
_LETTER: Final = b'#set document(title: "letter")\n#sys.inputs.letter'


@dataclass(frozen=True, slots=True)
class SystemFont:
    """A font of this machine: its family, and the face of its file."""

    family: str
    file: str
    face: int


@cache
def system_fonts() -> tuple[SystemFont, ...]:
    """Return one font for each family of this machine, sans serif first; read once in a process."""
    import typst  # noqa: PLC0415 - loads a compiler, and only documents need it

    installed = [font for font in typst.Fonts(include_embedded_fonts=False).fonts() if font.path]
    installed.sort(key=lambda font: (
        "Sans" not in font.family, font.family, font.style != "normal", abs(font.weight - _REGULAR),
        abs(font.stretch - 1), str(font.path), font.index,
    ))  # fmt: skip
    families: dict[str, SystemFont] = {}
    for font in installed:
        if font.family.replace(" ", "") not in _BOXES:
            families.setdefault(font.family, SystemFont(font.family, str(font.path), font.index))
    return tuple(families.values())


def fonts_beside(words: object) -> tuple[list[SystemFont], set[str]]:
    """Return the fonts of this machine that a PDF needs beside the packaged ones, and letters of no font.

    Nothing is asked of this machine while the packaged fonts have all letters: the same words then give the
    same bytes everywhere.

    >>> fonts_beside({"title": "代尔夫特 Delft, ქუთაისი"})
    ([], set())
    """
    letters = {letter for each in _words(words) for letter in each if ord(letter) > _LATIN} - _SIGNS
    lacking = {letter for letter in letters - _INVISIBLE - _letters(_FILE, 0) if not _is_set(letter)}
    chosen: list[SystemFont] = []
    while lacking:
        brought = [(lacking & _letters(font.file, font.face), font) for font in system_fonts()]
        letters, font = max(brought, key=lambda each: len(each[0]), default=(set(), None))
        if font is None or not letters:
            break
        chosen.append(font)
        lacking -= letters
    return chosen, lacking


def named_letters(letters: Collection[str]) -> list[str]:
    """Return letters with their code points, at most ten.

    >>> named_letters({"ა"})
    ['ა (U+10D0)']
    """
    return [f"{letter} (U+{ord(letter):04X})" for letter in sorted(letters)[:_SHOWN]]


def words_with(letters: Collection[str], words: object) -> list[str]:
    """Return the words that hold some letters, the shortest first, at most three.

    >>> words_with("ა", {"title": "City ქუთაისი", "rows": ["ქუთაისი", "Delft"]})
    ['ქუთაისი', 'City ქუთაისი']
    """
    holding = {each for each in _words(words) if not set(letters).isdisjoint(each)}
    return sorted(holding, key=lambda each: (len(each), each))[:_WORDS_SHOWN]


def face(words: object) -> str:
    """Return a rule of CSS that brings the letters which a reader's own fonts may lack; empty for none.

    >>> face("Delft")
    ''
    """
    letters = {letter for each in _words(words) for letter in each if ord(letter) > _LATIN} - _SIGNS
    rare = "".join(sorted(letters & _letters(_FILE, 0))) if letters else ""
    return _FACE % base64.b64encode(_cut(rare)).decode() if rare else ""


@cache
def _cut(letters: str) -> bytes:
    """Return the font with some letters only."""
    from fontTools import subset  # noqa: PLC0415 - loads a library, and only web pages need it

    options = subset.Options(**_CUT)
    with subset.load_font(str(_FILE), options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=letters)
        cutter.subset(font)
        written = io.BytesIO()
        subset.save_font(font, written, options)
    return written.getvalue()


@cache
def _letters(file: str | Path, face: int) -> frozenset[str]:
    """Return the letters of a font; none of one that cannot be read."""
    from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415 - reads fonts of many MB, once in a process

    try:
        with Path(file).open("rb") as stream, TTFont(stream, fontNumber=face, lazy=True) as font:
            return frozenset(map(chr, font.getBestCmap() or ()))
    except (OSError, TTLibError):
        return frozenset()


@cache
def _is_set(letter: str) -> bool:
    """Return whether the fonts that come with Typst have a letter; only Typst can say so."""
    import typst  # noqa: PLC0415 - loads a compiler, and only documents need it

    inputs = {"letter": letter}
    try:
        typst.compile(
            _LETTER, format="pdf", ignore_system_fonts=True, sys_inputs=inputs, pdf_standards=["a-2a"]
        )
    except typst.TypstError:
        return False
    return True


def _words(part: object, name: str = "") -> Iterator[str]:
    """Yield all words of a layout; of a drawing its labels."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            yield from _words(value, key)
    elif isinstance(part, list):
        for value in part:
            yield from _words(value, name)
    elif isinstance(part, str):
        yield from map(unescape, _LABEL.findall(part)) if name == "svg" else (part,)
