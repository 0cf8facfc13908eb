"""Layout: a document in plain words, with its charts drawn, as every writer of files takes it."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any, Final

from urbium.charts import render
from urbium.charts.frame import Spec
from urbium.publish.documents.document import Document, Part, Picture, Table
from urbium.publish.documents.fonts import FONT, FONTS
from urbium.text import coded, language, say

Layout = dict[str, Any]
"""A document as plain words."""
_CONTENTS: Final = coded("publish.document.contents", "Contents")
_NARROWER: Final = 0.92
_SIZE: Final = re.compile(r'font-size="([\d.]+)px"')
_FAMILY: Final = re.compile(r'font-family="[^"]*"')


def laid_out(document: Document) -> Layout:
    """Return a document in the words of its language, its charts as SVG in the font of documents.

    Raises InputError for a chart that cannot be drawn.
    """
    with language(document.language):
        return {
            "language": document.language,
            "name": document.name,
            "title": str(say(document.title)),
            "programme": str(say(document.programme)),
            "first_line": str(say(document.first_line)),
            "created": str(say(coded("publish.document.created", "Data as of {day:date}",
                                    day=document.created.date()))),
            "contents": str(say(_CONTENTS)) if document.has_contents else "",
            "most_pages": document.most_pages,
            "sections": [
                {"title": str(say(one.title)), "level": one.level, "parts": _parts(one.parts)}
                for one in document.sections
            ],
        }  # fmt: skip


def _parts(parts: Sequence[Part]) -> list[Layout]:
    """Return the parts of a section; of neighbours with the same basis the last one says it."""
    plain = [_part(part) for part in parts]
    for one, following in pairwise(plain):
        if one["basis"] == following["basis"]:
            one["basis"] = ""
    return plain


def _part(part: Part) -> Layout:
    if isinstance(part, Table):
        return {
            "kind": "table",
            "headings": [str(say(word)) for word in part.headings],
            "rows": [[str(say(cell)) for cell in row] for row in part.rows],
            "numbers": sorted(part.numbers),
            "basis": str(say(part.basis)),
        }
    if isinstance(part, Picture):
        return {
            "kind": "picture",
            "svg": _drawn(part.spec),
            "alt": str(say(part.alt)),
            "basis": str(say(part.basis)),
        }
    return {"kind": "paragraph", "words": str(say(part)), "basis": ""}


def _drawn(spec: Spec) -> str:
    """Return a chart as SVG in the font of documents.

    It is measured in the renderer's own font, which is six times as fast; that of documents is wider, and is
    set smaller by as much.
    """
    _with_fonts()
    svg = _FAMILY.sub(f'font-family="{FONT}, sans-serif"', render(spec).decode())
    return _SIZE.sub(lambda size: f'font-size="{_NARROWER * float(size[1]):.2f}px"', svg)


@cache
def _with_fonts() -> None:
    """Let charts know letters that the renderer's own font lacks, once in a process."""
    import vl_convert  # noqa: PLC0415 - loads a renderer, and only charts need it

    vl_convert.register_font_directory(str(FONTS))
