"""Desk: what every sheet of a measurement's workbook is written from, and the columns that they share."""

from datetime import UTC, datetime
from typing import Final

from urbium.measure import Scores
from urbium.model import Indicator
from urbium.publish.books.band_columns import filled
from urbium.publish.books.sheets import Book, Column
from urbium.text import named, text
from urbium.text.naming import names_by_code

SCORE: Final = "0.0"
SHARE: Final = "0%"
"""How scores and shares are written."""

_NEVER: Final = datetime(1980, 1, 1, tzinfo=UTC)
_HUNDRED: Final = 100.0


class Desk:
    """The scores, the book that is written, its title, and what the cities are called.

    ``names`` are those of the cities by code, ``codes`` the cities in the order of the ranking, and
    ``regions`` what the part of the nation is called in which each lies, where it is registered.
    """

    def __init__(self, scores: Scores) -> None:
        self.scores = scores
        self.catalogue = scores.catalogue
        index = scores.index
        self.title = text("{index}, {year}", index=named(index.name, index.id).render(), year=scores.period)
        registered = scores.cities.unique("code", keep="first", maintain_order=True)
        self.names = {code: name.render() for code, name in names_by_code(registered).items()}
        self.codes: list[str] = scores.table["city"].to_list()
        regions = names_by_code(registered, part="province")
        self.regions = {code: name.render() for code, name in regions.items() if name.names}
        self.book = Book(self.title, self.created())

    def created(self) -> datetime:
        """The instant up to which figures are known: the workbook holds nothing younger."""
        newest = self.scores.used["recorded_at"].max()
        return newest if isinstance(newest, datetime) else _NEVER

    def leaves(self) -> list[Indicator]:
        """The indicators, in the order of the tree."""
        return [self.catalogue.indicators[name] for name in self.scores.index.indicators]

    def who(self, codes: list[str] | None = None) -> list[Column]:
        """The columns that name the city."""
        codes = self.codes if codes is None else codes
        names = [self.names.get(code) or code for code in codes]
        return [filled("city.name", names), filled("code", codes)]

    def bars(self, title: str, cells: list[float | None], *, width: float = 14) -> Column:
        """A column of scores with bars; from 0 to 100 unless the scores run beyond."""
        is_usual = all(0 <= cell <= _HUNDRED for cell in cells if cell is not None)
        ends = (0.0, _HUNDRED) if is_usual else (None, None)
        return Column(title, cells, SCORE, width, has_bars=True, low=ends[0], high=ends[1])
