"""Track book: workbooks of progress, earned value and targets, and of sums of the market.

Nothing in it is a formula, and what is not known is an empty cell.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import polars as pl

from urbium.csv_text import as_csv
from urbium.finance.market.sums import DIMENSIONS, LEAST
from urbium.publish.books.book_head import NEVER
from urbium.publish.books.sheets import Book, Column
from urbium.text import Text, say, text
from urbium.track.early_warning import Warnings
from urbium.track.progress import Progress

__all__ = ["sums_book", "sums_csv", "track_book"]

_TITLES: Final[Mapping[str, Text]] = {
    "taskbook": text("book.track.taskbook", "Task book"),
    "city": text("book.track.city", "City"),
    "item": text("book.track.item", "Task or indicator"),
    "title": text("book.track.title", "Title"),
    "measure": text("book.track.measure", "Measure"),
    "unit": text("book.track.unit", "Unit"),
    "year": text("book.track.year", "Year"),
    "planned": text("book.track.planned", "Planned"),
    "actual": text("book.track.actual", "Reported or observed"),
    "difference": text("book.track.difference", "Difference"),
    "evidence": text("book.track.evidence", "Evidence"),
    "source": text("book.track.source", "Source"),
    "level": text("book.track.level", "Level"),
    "currency": text("book.track.currency", "Currency, millions"),
    "prices": text("book.track.prices", "Prices"),
    "bac": text("book.track.bac", "Budget at completion (BAC)"),
    "pv": text("book.track.pv", "Planned value (PV)"),
    "ev": text("book.track.ev", "Earned value (EV)"),
    "ac": text("book.track.ac", "Actual cost (AC)"),
    "sv": text("book.track.sv", "Schedule variance (SV)"),
    "cv": text("book.track.cv", "Cost variance (CV)"),
    "spi": text("book.track.spi", "SPI"),
    "cpi": text("book.track.cpi", "CPI"),
    "eac": text("book.track.eac", "Estimate at completion (EAC)"),
    "es": text("book.track.es", "Earned schedule, years"),
    "spi_t": text("book.track.spi_t", "SPI(t)"),
    "finish": text("book.track.finish", "Completed at this pace in"),
    "rule": text("book.track.rule", "Earned by"),
    "indicator": text("book.track.indicator", "Indicator"),
    "target": text("book.track.target", "Target"),
    "value": text("book.track.value", "Outlook"),
    "low": text("book.track.low", "Low, 80 %"),
    "high": text("book.track.high", "High, 80 %"),
    "chance": text("book.track.chance", "Chance that it is met"),
    "severity": text("book.track.severity", "Warning"),
    "method": text("book.track.method", "Method"),
    "last_year": text("book.track.last_year", "Last figure of"),
    "figures": text("book.track.figures", "Figures"),
    "remedy": text("book.track.remedy", "What can be done"),
    "projects": text("book.track.projects", "Projects"),
    "cities": text("book.track.cities", "Cities"),
    "capital": text("book.track.capital", "To build, millions"),
    "sought": text("book.track.sought", "Sought, millions"),
    "said": text("book.track.said", "Projects whose readiness is said"),
    "interests": text("book.track.interests", "Expressions of interest"),
    "matched": text("book.track.matched", "Matched, millions"),
    "pilots": text("book.track.pilots", "Pilots known by name"),
    **DIMENSIONS,
}
_WIDE: Final = ("title", "source", "remedy", "prices", "rule", "item")
_PLAIN: Final = ("year", "last_year")


def track_book(progress: Progress, warnings: Warnings, *, title: str, created: datetime = NEVER) -> bytes:
    """Return progress, earned value and targets as a workbook; the same gives the same bytes."""
    book = Book(title, created)
    notes = [str(say(note)) for note in (*progress.notes, *warnings.notes)]
    book.page("Read me", title, [("", line, "") for line in (repr(progress), repr(warnings), *notes)])
    shown = text("book.track.progress", "Plan against actuals")
    book.table("Progress", str(say(shown)), repr(progress), _columns(progress.in_words(progress.table)))
    shown = text("book.track.earned", "Earned value")
    book.table("Earned value", str(say(shown)), repr(progress), _columns(progress.earned))
    shown = text("book.track.targets", "Outlook of targets")
    book.table("Targets", str(say(shown)), repr(warnings), _columns(warnings.in_words(warnings.table)))
    return book.content()


def sums_book(
    sums: pl.DataFrame, by: str, *, prices: str, programme: str, created: datetime = NEVER
) -> bytes:
    """Return sums of the market as a workbook, with what they are and are not."""
    title = text(
        "book.track.sums",
        "{programme}: projects that seek money, by {by}",
        programme=programme,
        by=DIMENSIONS[by],
    )
    book = Book(str(say(title)), created)
    book.page("Read me", str(say(title)), [("", str(say(line)), "") for line in _lines(prices)])
    book.table("Sums", str(say(title)), str(say(_lines(prices)[0])), _columns(sums))
    return book.content()


def sums_csv(sums: pl.DataFrame, by: str, *, prices: str, programme: str) -> bytes:
    """Return sums of the market as a CSV file, a column with the prices beside the amounts."""
    del by, programme
    return as_csv(sums.with_columns(prices=pl.lit(prices))).encode()


def _lines(prices: str) -> Sequence[Text]:
    return (
        text(
            "book.track.sums_basis",
            "Real amounts from the adopted plan, in prices of {prices}; they have not been signed.",
            prices=prices,
        ),
        text(
            "book.track.sums_hidden",
            "Matched money is not public: it is left empty where fewer than {least} interests stand behind "
            "it, or where it could be told by subtraction.",
            least=LEAST,
        ),
    )


def _columns(table: pl.DataFrame) -> list[Column]:
    return [
        Column(
            str(say(_TITLES[name])),
            table[name].to_list(),
            "" if table[name].dtype == pl.String else "0" if name in _PLAIN else "#,##0.00",
            width=34 if name in _WIDE else 15,
        )
        for name in table.columns
    ]
