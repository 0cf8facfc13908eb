"""Files: a document as PDF, Word, HTML and Markdown: one row an ending."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from urbium.errors import InputError, NotFoundError
from urbium.files import write_whole
from urbium.publish.documents import official
from urbium.publish.documents.document import Document
from urbium.publish.documents.fonts import FONT
from urbium.publish.documents.layout import Layout, laid_out
from urbium.publish.documents.markdown import markdown
from urbium.publish.documents.official_word import official_word
from urbium.publish.documents.typesetting import typeset
from urbium.publish.documents.web_page import web_page
from urbium.publish.documents.word import word
from urbium.text import coded, text

_TEMPLATE: Final = Path(__file__).with_name("document.typ")
_OFFICIAL: Final = Path(__file__).with_name("official.typ")
_SIZES: Final = (10.0, 9.0, 8.0, 7.0, 6.5)
"""Sizes of letters in points: where pages are limited, the first that lets all stand on them is taken."""
_WITHOUT_LETTERS: Final = text(
    "install a font that has these letters, such as the package fonts-noto-core, or choose .docx or .html"
)


@dataclass(frozen=True, slots=True)
class Ending:
    """A kind of file: its type on the web, and what writes it."""

    media_type: str
    write: Callable[[Layout, Document], bytes]


def _word(layout: Layout, document: Document) -> bytes:
    return official_word(layout, document) if layout["official"] else word(layout, document)


def _pdf(layout: Layout, document: Document) -> bytes:
    if layout["official"]:
        words = layout | {"measures": official.measures(), "faces": official.families()}
        return typeset(_OFFICIAL, words, created=document.created, place=document.name, families=[FONT],
                       folders=official.folders(), without_letters=_WITHOUT_LETTERS)  # fmt: skip
    sizes = _SIZES if document.most_pages else _SIZES[:1]
    tries = [(size, breaks) for size in sizes for breaks in (False, True)]  # of a short table, before smaller
    for size, breaks in tries:
        words = layout | {"size": size, "breaks": breaks}
        try:
            return typeset(_TEMPLATE, words, created=document.created, place=document.name, families=[FONT],
                           without_letters=_WITHOUT_LETTERS)  # fmt: skip
        except InputError:
            if (size, breaks) == tries[-1]:
                raise
    raise AssertionError


ENDINGS: Final[Mapping[str, Ending]] = {
    "pdf": Ending("application/pdf", _pdf),
    "docx": Ending("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _word),
    "html": Ending("text/html", web_page),
    "md": Ending("text/markdown", markdown),
}
"""Every kind of file by its ending."""


def content(document: Document, ending: str) -> bytes:
    """Return a document as a file.

    Raises NotFoundError for an ending that is none of :data:`ENDINGS`, InputError where it cannot be written:
    no font here has a letter of a PDF, or it does not fit on its pages.
    """
    if ending not in ENDINGS:
        raise NotFoundError.named(text("kind of file"), ending, ENDINGS)
    return ENDINGS[ending].write(laid_out(document), document)


def write(document: Document, path: str | Path) -> Path:
    """Write a document; the ending of the path says as what, and InputError refuses another one."""
    target = Path(path)
    ending = target.suffix.lower().removeprefix(".")
    if ending not in ENDINGS:
        raise InputError(
            coded("publish.document.suffix", "{suffix} is not a document format that urbium writes",
                 suffix=target.suffix or text("no ending")),
            place=str(target),
            remedy=text("use a name that ends in one of {endings:list}",
                        endings=list(ENDINGS)),
        )  # fmt: skip
    return write_whole(target, content(document, ending))
