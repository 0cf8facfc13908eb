"""Listing: a long table as every page shows it: sorted and paged by its address, and the same rows as CSV.

A view says which columns the table has; what is none of them is neither sorted by nor handed out. The macro
``listing`` of the templates draws it. ``?format=csv`` at the address of the page is the whole of it, in the
order and with the filter of the page, and with the rights of its reader, since the page makes it
(:mod:`urbium.web.server.routes`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

import polars as pl

from urbium.columns import for_file, heading, vocabulary
from urbium.csv_text import as_csv
from urbium.text import Text
from urbium.web.rendering.words import capital

BESIDE: Final = "csv-metadata"
"""The format by which an address asks for what stands beside the file."""
PER_PAGE: Final = 50
"""How many rows a page of a long table shows where its view says nothing."""
_RISING: Final = ("rank", "year")
_FALLING: Final = (
    "count", "persons", "number", "money", "ratio", "share", "part", "error", "score", "tenths", "posts",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """A column of a listing.

    Parameters
    ----------
    name : what the address calls it
    key : of its row in ``data/columns.csv``, which says heading and kind; the name where it is empty
    by : the column of the rows that it is sorted by; the name where it is empty, and None for a column that
        is only seen
    cell : the column of the rows that the file holds, where it is not the one that is sorted by
    title : its heading where it has no such row, or where the page says more
    is_extra : whether narrow screens leave it out
    is_filed : whether the file alone has it
    is_stored : whether its figures are written with every digit that they were given
    """

    name: str
    key: str = ""
    by: str | None = ""
    cell: str = ""
    title: Text | str | None = None
    is_extra: bool = False
    is_filed: bool = False
    is_stored: bool = False

    @property
    def heading(self) -> Text | str:
        """What stands above it."""
        return self.title or heading(self.key or self.name)

    @property
    def source(self) -> str | None:
        """The column of the rows that it is sorted by."""
        return self.by if self.by is None else self.by or self.name

    @property
    def is_number(self) -> bool:
        """Whether its cells are set as numbers."""
        return self.kind in (*_FALLING, *_RISING)

    @property
    def is_money(self) -> bool:
        """Whether its cells are amounts of money."""
        return self.kind == "money"

    @property
    def falls(self) -> bool:
        """Whether the largest comes first when it is first sorted by."""
        return self.kind in _FALLING

    @property
    def kind(self) -> str:
        """The kind of unit of its cells."""
        row = vocabulary().get(self.key or self.name)
        return row.kind if row is not None else "text"


CITY_CODE: Final = Listed("city_code", by="city", is_filed=True)
"""The code of the city of each row."""


@dataclass(frozen=True)
class Listing:
    """A table that is sorted and paged by its address.

    Parameters
    ----------
    frame : all its rows, in the order that they have where nothing else is asked for
    columns : what is shown of them
    address, asked : where the page stands, and what its address asks for besides order and page; nothing of
        it that is empty is said again
    order : the name of a column; with a minus before it, the other way round; another word asks for none
    number, size : which page, of how many rows
    anchor : the part of the page that links lead to
    money : currency and prices of its amounts, which the headings of the file say
    about : makes what stands beside the file, of its headings and name: whence it is, of which day, and
        under which licence; None where nothing stands beside it

    Examples
    --------
    >>> frame = pl.DataFrame({"city": ["B", "A", "C"], "projects": [1, None, 2]})
    >>> columns = (Listed("city"), Listed("projects"))
    >>> [row["city"] for row in Listing(frame, columns, "/x", {}, "projects").rows]
    ['C', 'B', 'A']
    >>> Listing(frame, columns, "/x", {}, "-projects").csv().splitlines()[0]
    'City,Projects'
    """

    frame: pl.DataFrame
    columns: Sequence[Listed]
    address: str
    asked: Mapping[str, object] = field(default_factory=dict)
    order: str = ""
    number: int = 1
    size: int = PER_PAGE
    anchor: str = "table"
    money: Text | str = ""
    about: Callable[[Sequence[str], str], bytes] | None = None

    @cached_property
    def ordered(self) -> pl.DataFrame:
        """All rows in the order asked for; what is not known comes last, and equal rows stay as they were."""
        chosen = self._chosen
        if chosen is None:
            return self.frame
        is_falling = chosen.falls is not self.order.startswith("-")
        return self.frame.sort(
            str(chosen.source), descending=is_falling, nulls_last=True, maintain_order=True
        )

    @property
    def shown(self) -> list[Listed]:
        """The columns that the page shows."""
        return [one for one in self.columns if not one.is_filed]

    @property
    def _chosen(self) -> Listed | None:
        name = self.order.removeprefix("-")
        return next((one for one in self.shown if one.name == name and self.is_sortable(one)), None)

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of the page."""
        return self.ordered.slice((self.page - 1) * self.size, self.size).to_dicts()

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self.frame.height

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def page(self) -> int:
        """Which page is shown: the one asked for, or the last."""
        return min(max(self.number, 1), self.pages)

    @property
    def first(self) -> int:
        """The number of the first row of the page; 0 where there is none."""
        return (self.page - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The number of the last row of the page."""
        return min(self.page * self.size, self.total)

    def is_sortable(self, shown: Listed) -> bool:
        """Say whether the rows have what a column is sorted by, and not only what is seen of it."""
        return shown.source in self.frame.columns

    def direction(self, shown: Listed) -> str:
        """Return how the rows are sorted by a column, in the words of ARIA; empty where they are not."""
        if shown is not self._chosen:
            return ""
        return "descending" if shown.falls is not self.order.startswith("-") else "ascending"

    def sorted_by(self, shown: Listed) -> str:
        """Return the address of the list sorted by a column; the other way round where it is already."""
        order = f"-{shown.name}" if self.order == shown.name else shown.name
        return self._at(order=order)

    def at_page(self, number: int) -> str:
        """Return the address of another page of the list."""
        return self._at(order=self.order if self._chosen else "", page=number)

    @property
    def file_name(self) -> str:
        """What the file is called: not as the file of everything of the same name, of other columns."""
        return f"{self.address.strip('/').replace('/', '-')}-list.csv"

    @property
    def file_beside(self) -> str:
        """The address of what stands beside the file."""
        return self._at(format=BESIDE).partition("#")[0]

    def described(self) -> bytes | None:
        """Return what stands beside the file; None where nothing does."""
        return None if self.about is None else self.about(self._headings(), self.file_name)

    @property
    def file(self) -> str:
        """The address of the whole list as CSV, as it is filtered and sorted."""
        return self._at(order=self.order if self._chosen else "", format="csv").partition("#")[0]

    def _at(self, **more: object) -> str:
        query = {name: value for name, value in {**self.asked, **more}.items() if value not in ("", None)}
        return f"{self.address}?{urlencode(query)}#{self.anchor}"

    def csv(self) -> str:
        """Return the whole list as CSV of which no text runs in a spreadsheet."""
        cells = [
            _plain(self.ordered[one.cell or str(one.source)], one).alias(heading)
            for one, heading in zip(self._written(), self._headings(), strict=True)
        ]
        return as_csv(pl.DataFrame(cells))

    def _written(self) -> list[Listed]:
        return [one for one in self.columns if self.is_sortable(one)]

    def _headings(self) -> list[str]:
        return [capital(self._headed(one)) for one in self._written()]

    def _headed(self, shown: Listed) -> Text | str:
        """Return what stands above a column of the file: of amounts with their currency and prices."""
        return heading(shown.key or shown.name, self.money) if shown.is_money else shown.heading


def _plain(cells: pl.Series, shown: Listed) -> pl.Series:
    """Return cells as a file holds them: a list in one cell, an instant to the second, with its zone."""
    if cells.dtype.is_float() and not shown.is_stored:
        return for_file(cells, shown.kind)
    if isinstance(cells.dtype, pl.List):
        return cells.cast(pl.List(pl.String)).list.join(", ")
    if isinstance(cells.dtype, pl.Datetime):
        return cells.dt.strftime("%Y-%m-%d %H:%M:%S" + ("%:z" if cells.dtype.time_zone else ""))
    return cells
