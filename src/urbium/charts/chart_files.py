"""Chart files: a chart that leaves its page, as a picture or as data, with what it shows and whence it is.

A picture bears its title above and its source below, and an SVG says the same to programs (Dublin Core). CSV
has no place for remarks: what it shows and whence it is stands in a file beside it, as CSV on the Web has it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from urbium.charts.frame import language_of, wrapped
from urbium.charts.layout import WIDTHS, laid_out
from urbium.charts.readings import data_table
from urbium.charts.rendering import render, renderer
from urbium.charts.theme import FONTS, INK, MUTED, PAPER
from urbium.columns import Column
from urbium.csv_text import as_csv
from urbium.text import language, say

_EDGE: Final = 20
_SIZES: Final = {"title": 18, "subject": 13, "source": 11}
_LETTER: Final = 0.54  # of the size of a font is a letter wide, in the mean
_FRAME: Final = re.compile(r'^<svg ([^>]*?)width="([0-9.]+)" height="([0-9.]+)"([^>]*)>')


@dataclass(frozen=True, slots=True)
class Caption:
    """What is said of a chart in its files.

    Parameters
    ----------
    title : what the figures say
    subject : what is drawn
    source : whence it is, and under which licence
    """

    title: str
    subject: str
    source: str

    @classmethod
    def of(cls, spec: Mapping[str, Any], label: str, source: str) -> "Caption":
        """Return the caption of a specification; a ``label`` names it better than its own title."""
        title = spec.get("title", spec.get("description", ""))
        named = label or str(say(title["text"] if isinstance(title, dict) else title))
        return cls(str(say(spec.get("usermeta", {}).get("finding", ""))) or named, named, source)


def file_of(spec: Mapping[str, Any], ending: str, caption: Caption) -> bytes:
    """Return a chart as a file with its caption: ``.svg``, ``.png``, ``.csv`` or ``-metadata.json``."""
    with language(language_of(spec)):
        return _file_of(spec, ending, caption)


def _file_of(spec: Mapping[str, Any], ending: str, caption: Caption) -> bytes:
    if ending == ".csv":
        return as_csv(data_table(spec)).encode()
    if ending == "-metadata.json":
        return csv_metadata(data_table(spec).columns, caption)
    picture = _framed(render(laid_out(spec, WIDTHS[-1])).decode(), caption)
    return picture.encode() if ending == ".svg" else bytes(renderer().svg_to_png(picture, scale=2))


def csv_metadata(
    columns: Sequence[str],
    caption: Caption,
    vocabulary: Mapping[str, Column] | None = None,
    *,
    file: str = "",
    **said: str,
) -> bytes:
    """Return what a CSV file shows and whence it is, for a file beside it, as CSV on the Web has it.

    Parameters
    ----------
    columns : the headings of the file
    vocabulary : what headings that are keys stand for; such columns keep their key as their name
    file : its name; that of what is drawn unless given
    said : further terms of Dublin Core, such as ``license``
    """
    described = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": quote(file or f"{caption.subject}.csv"),
        "dc:title": caption.title,
        "dc:description": caption.subject,
        "dc:source": caption.source,
        **{f"dc:{name}": words for name, words in said.items()},
        "tableSchema": {"columns": [_described(heading, vocabulary or {}) for heading in columns]},
    }
    return json.dumps(described, ensure_ascii=False, indent=1).encode()


def _described(heading: str, vocabulary: Mapping[str, Column]) -> dict[str, Any]:
    """Return a column with its heading as it stands in the file, and what it is called and says."""
    column = vocabulary.get(heading)
    if column is None:
        return {"name": heading, "titles": heading} if vocabulary else {"titles": heading}
    titles = list(dict.fromkeys([heading, str(say(column.title))]))
    said = {"dc:description": str(say(column.help))} if column.help else {}
    return {"name": heading, "titles": titles, **said}


def _framed(svg: str, caption: Caption) -> str:
    """Return a picture with its title above and its source below, on white."""
    frame = _FRAME.match(svg)
    if frame is None:  # not as this renderer begins a picture
        return svg
    width, height = float(frame[2]), float(frame[3])
    above = _lines(caption.title, "title", width, 600)
    if caption.subject != caption.title:
        above += _lines(caption.subject, "subject", width, 400)
    below = _lines(caption.source, "source", width, 400)
    head, foot = (sum(step for _, step in lines) for lines in (above, below))
    whole = width + 2 * _EDGE, head + height + foot + 4 * _EDGE
    placed, at = [], float(_EDGE)
    for words, step in above:
        placed.append(words.format(y=at + step * 0.8))
        at += step
    inner = svg.replace(
        frame[0],
        f'<svg {frame[1]}x="{_EDGE}" y="{at + _EDGE}" width="{width}" height="{height}"{frame[4]}>',
        1,
    )
    at += height + 2 * _EDGE
    for words, step in below:
        placed.append(words.format(y=at + step * 0.8))
        at += step
    said = "".join(
        f"<dc:{name}>{escape(words)}</dc:{name}>"
        for name, words in zip(
            ("title", "description", "source"), (caption.title, caption.subject, caption.source), strict=True
        )
    )  # fmt: skip
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole[0]}" height="{whole[1]}" '
        f'viewBox="0 0 {whole[0]} {whole[1]}" role="img" aria-label={quoteattr(caption.title)}>'
        f"<title>{escape(caption.title)}</title>"
        '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Description>{said}</rdf:Description></rdf:RDF></metadata>'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(placed)}{inner}</svg>'
    )


def _lines(words: str, kind: str, width: float, weight: int) -> list[tuple[str, float]]:
    """Return lines of text that fit, each with its height; where they stand is filled in as ``y``."""
    size = _SIZES[kind]
    colour = INK if kind == "title" else MUTED
    look = f'font-family={quoteattr(FONTS)} font-size="{size}" font-weight="{weight}" fill="{colour}"'
    start = f'<text x="{_EDGE}" y="{{y}}" {look}>'
    return [
        (start + escape(line).replace("{", "{{").replace("}", "}}") + "</text>", size * 1.35)
        for line in wrapped(words, max(20.0, width / (size * _LETTER)))
    ]
