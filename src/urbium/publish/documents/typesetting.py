"""Typesetting: a template of Typst and its words become a tagged PDF; every PDF goes through here.

Only fonts that come with Typst, and those of documents, are used: the same words give the same bytes on every
machine.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from urbium.errors import InputError
from urbium.publish.documents.fonts import FONT, FONTS
from urbium.text import text

__all__ = ["typeset"]

_FAMILIES: Final = ("Libertinus Serif", FONT)


def typeset(template: Path, words: Mapping[str, Any], *, created: datetime, place: str) -> bytes:
    """Return a PDF for those who read by ear (PDF/UA-1), and to be kept (PDF/A-2a): one file is both.

    Typst refuses what conforms to either one only.

    Parameters
    ----------
    template : reads the words as ``sys.inputs.said``; those under ``fonts`` are families, Latin first
    words : all that is said
    created : the date that the file bears
    place : what a refusal names

    Raises InputError when it does not fit, or the fonts lack a letter.
    """
    import typst  # noqa: PLC0415 - loads a compiler, and only documents need it

    try:
        return bytes(
            typst.compile(
                template,
                format="pdf",
                font_paths=[FONTS],
                ignore_system_fonts=True,
                sys_inputs={"said": json.dumps({"fonts": _FAMILIES, **words}, ensure_ascii=False)},
                pdf_standards=["ua-1", "a-2a"],
                timestamp=int(created.timestamp()),
            )
        )
    except typst.TypstError as error:
        raise InputError(
            text("publish.pdf.refused", "the document cannot be written: {error}", error=error.message),
            place=place,
            remedy=text(
                "publish.pdf.refused.remedy", "shorten its titles, or write names in letters of its fonts"
            ),
        ) from error
