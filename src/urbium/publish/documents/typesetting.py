"""Typesetting: a template of Typst and its words become a tagged PDF; every PDF goes through here.

Fonts that come with Typst, and those of documents, come first: what they can write has the same bytes on
every machine. A font of this machine brings the letters that they lack, and is embedded.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from urbium.errors import InputError
from urbium.publish.documents.fonts import FONT, FONTS, fonts_beside, named_letters, words_with
from urbium.text import Text, coded, text

_FAMILIES: Final = ("Libertinus Serif", FONT)
_INSTALL: Final = text(
    "install a font that has these letters, such as the package fonts-noto-core")  # fmt: skip


def typeset(
    template: Path,
    words: Mapping[str, Any],
    *,
    created: datetime,
    place: str,
    families: Sequence[str] = _FAMILIES,
    folders: Sequence[Path] = (),
    without_letters: Text = _INSTALL,
) -> bytes:
    """Return a PDF for those who read by ear (PDF/UA-1), and to be kept (PDF/A-2a): one file is both.

    Typst refuses what conforms to either one only.

    Parameters
    ----------
    template : reads the words as ``sys.inputs.said``; those under ``fonts`` are families, packaged ones first
    words : all that is said
    created : the date that the file bears
    place : what a refusal names
    families : packaged fonts to write in
    folders : where fonts of this machine are that the words name beside them
    without_letters : what to do where no font has a letter

    Raises InputError when it does not fit, or no font of this machine has a letter.
    """
    import typst  # noqa: PLC0415 - loads a compiler, and only documents need it

    beside, lacking = fonts_beside(words)
    if lacking:
        raise InputError(
            coded(
                "publish.pdf.letters",
                "no font on this machine has {letters:list}, needed to write {names:list}",
                letters=named_letters(lacking),
                names=[f"“{each}”" for each in words_with(lacking, words)],
            ),
            place=place,
            remedy=without_letters,
        )
    fonts = [*families, *(font.family for font in beside)]
    try:
        return bytes(
            typst.compile(
                template,
                format="pdf",
                font_paths=[FONTS, *dict.fromkeys([*folders, *(Path(font.file).parent for font in beside)])],
                ignore_system_fonts=True,
                sys_inputs={"said": json.dumps({"fonts": fonts, **words}, ensure_ascii=False)},
                pdf_standards=["ua-1", "a-2a"],
                timestamp=int(created.timestamp()),
            )
        )
    except typst.TypstError as error:
        raise InputError(
            coded("publish.pdf.refused", "the document cannot be written: {error}", error=error.message),
            place=place,
            remedy=text("shorten its titles, or choose a different kind of file"),
        ) from error
