"""Layout: a document in plain words, with its charts drawn, as every writer of files takes it."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, Final

from urbium.charts import render
from urbium.charts.frame import Spec
from urbium.publish.documents import official
from urbium.publish.documents.document import Document, Drawing, Official, Part, Picture, Section, Table
from urbium.publish.documents.fonts import FONT, FONTS
from urbium.text import coded, language, say, text

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
    is_official = document.official is not None and document.language in official.LANGUAGES
    sections = document.sections if is_official else [*_plainly(document.sections, document.official)]
    with language(document.language):
        return {
            "official": _borne(document.official) if document.official and is_official else {},
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
                {"title": title, "level": one.level, "parts": _parts(one.parts)}
                for one, title in zip(sections, _titles(sections, is_official), strict=True)
            ],
        }  # fmt: skip


def _titles(sections: Sequence[Section], is_official: bool) -> Iterator[str]:
    """Yield the title of every section with its number: that of its outline, or of official documents."""
    places: list[int] = []
    for one in sections:
        title = str(say(one.title))
        if is_official and title:
            places = [*places, 0][: one.level]
            places[-1] += 1
            yield official.graded(one.level, places[-1]) + title
        else:
            yield f"{one.number} {title}".strip()


def _plainly(sections: Sequence[Section], borne: Official | None) -> Iterator[Section]:
    """Yield the sections of a document without a layout of official ones: what it bears are paragraphs."""
    above: list[Part] = []
    if borne is not None:
        issuer = text("From: {issuer}", issuer=borne.issuer) if borne.issuer and borne.to else ""
        above = [words for words in (borne.number, issuer, borne.to) if words]
    if above:
        yield Section("", above)
    yield from sections
    if borne is not None and borne.signed:
        yield Section("", [text("{issuer}, {day:date}", issuer=borne.issuer, day=borne.signed)])


def _borne(borne: Official) -> Layout:
    """Return what an official document bears, in words."""
    day, printed = "", [""] * 0
    if borne.signed:
        day = str(say(text("{day:date}", day=borne.signed)))
        printed = [str(say(borne.issuer)), str(say(text("printed on {day:date}", day=borne.signed)))]
    return {
        "issuer": str(say(borne.issuer)),
        "number": str(say(borne.number)),
        "to": str(say(borne.to)),
        "signed": day,
        "has_head": bool(borne.issuer) and borne.has_head,
        "imprint": printed if borne.is_printed else [],
    }


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
            "labelled": part.is_labelled,
        }
    if isinstance(part, Picture):
        return {
            "kind": "picture",
            "svg": _drawn(part.spec),
            "alt": str(say(part.alt)),
            "basis": str(say(part.basis)),
            "width": 0,
        }
    if isinstance(part, Drawing):
        svg, alt = part.svg, str(say(part.alt))
        return {"kind": "picture", "svg": svg, "alt": alt, "basis": "", "width": part.width}
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
