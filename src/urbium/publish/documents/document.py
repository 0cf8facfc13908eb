"""Document: the record of what a document says, whatever file it becomes; no looks, and no arithmetic.

No figure stands alone: a row of figures names unit, year and source or evidence, and a table or chart without
its basis, or a chart without words for those who do not see it, is refused. See ADR 0088.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from urbium.charts.frame import Spec
from urbium.columns import headings
from urbium.errors import InputError
from urbium.text import Text, coded, say, text
from urbium.text.formats import DASH

Words = Text | str
"""Words: a message, or a name that is data."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings.

    Parameters
    ----------
    headings : of the columns, with units
    rows : cells as written
    basis : where the figures are from, or how well they are founded; empty where rows say so, or hold none
    numbers : positions of the columns that are set to the right
    says_basis : whether each row says its own
    is_labelled : whether rows are sentences under a label, which a page sets without the look of a table
    """

    headings: Sequence[Words]
    rows: Sequence[Sequence[Words]]
    basis: Words = ""
    numbers: frozenset[int] = frozenset()
    says_basis: bool = False
    is_labelled: bool = False

    def __post_init__(self) -> None:
        """Refuse figures without a basis, and rows that do not fit."""
        if self.numbers and not (self.basis or self.says_basis):
            raise _refusal(
                coded("publish.document.no_basis", "a table of figures does not state their source")
            )
        if any(len(row) != len(self.headings) for row in self.rows):
            raise _refusal(
                coded("publish.document.columns", "a table has rows longer or shorter than its heading row")
            )


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart: its specification, what it shows in words, and the basis of its figures."""

    spec: Spec
    alt: Words
    basis: Words

    def __post_init__(self) -> None:
        """Refuse a chart that says nothing to who does not see it, or not where its figures are from."""
        if not (self.alt and self.basis):
            raise _refusal(
                coded("publish.document.no_alt", "a chart lacks its text or the basis of its figures")
            )


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it is written: what it is, its value, unit, year, and source or evidence."""

    label: Words
    value: Words
    unit: Words
    year: Words
    basis: Words

    def __post_init__(self) -> None:
        """Refuse a figure that does not say all of it."""
        if not all((self.label, self.value, self.unit, self.year, self.basis)):
            raise _refusal(
                coded("publish.document.figure",
                    "the figure {label!r} must have a name, a value, a unit, a year, and a source or "
                    "evidence",
                     label=self.label)
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing that is ready, such as a QR code: SVG, what it shows in words, and its width in mm."""

    svg: str
    alt: Words
    width: float


Part = Text | str | Table | Picture | Drawing
"""What a section holds: a paragraph, a table, a chart or a drawing."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it; of level 1 or 2.

    Its number is that of an outline; an empty title stands for no heading.
    """

    title: Words
    parts: Sequence[Part] = ()
    level: int = 1
    number: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Official:
    """What an official document bears beside what it says; empty where there is none.

    Parameters
    ----------
    issuer : the body that issues and signs it
    number : its number
    to : whom it is addressed to
    signed : the day of its signature
    is_printed : whether who printed it and when stands at its end
    has_head : whether the name of the body stands at its head, and its number below; a certificate has none
    """

    issuer: Words = ""
    number: Words = ""
    to: Words = ""
    signed: date | None = None
    is_printed: bool = False
    has_head: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """What a document says.

    Parameters
    ----------
    name : of its file, without an ending
    title, first_line : what it is called, and what must be read before anything else
    programme : whose document it is
    created : the date it bears; the same content then gives the same bytes
    language : in which its words are said
    sections : what it says
    most_pages : on how many pages it must fit; 0 for any number
    has_contents : whether a list of its sections comes first
    official : what it bears as an official document; None for another one
    """

    name: str
    title: Words
    programme: Words
    created: datetime
    language: str
    sections: Sequence[Section]
    first_line: Words = ""
    most_pages: int = 0
    has_contents: bool = False
    official: Official | None = None


_OFTEN: Final = 5
"""From how many rows of the same basis on it is said once, below the table."""
_HEADINGS: Final = headings("figure", "value", "unit", "year", "figure.basis")


def figures(rows: Sequence[Figure]) -> Table:
    """Return figures as a table in which each row says its basis; what most of many say stands below once."""
    (most, count), *_ = Counter(str(say(one.basis)) for one in rows).most_common(1)
    is_once = count >= _OFTEN and 2 * count > len(rows)
    said = [DASH if is_once and str(say(one.basis)) == most else one.basis for one in rows]
    cells = [(one.label, one.value, one.unit, one.year, basis) for one, basis in zip(rows, said, strict=True)]
    below = text("Where the column shows a dash: {basis}.", basis=most) if is_once else ""
    return Table(_HEADINGS, cells, below, numbers=frozenset({1}), says_basis=True)


def _refusal(words: Text) -> InputError:
    remedy = text("tell the maintainer of this document; nothing was written")
    return InputError(words, remedy=remedy)
