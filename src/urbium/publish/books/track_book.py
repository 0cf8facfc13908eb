"""Track book: workbooks of progress, earned value and targets, and of sums of the market.

Nothing in it is a formula, and what is not known is an empty cell.
"""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from urbium.csv_text import as_csv
from urbium.market.sums import DIMENSIONS, LEAST
from urbium.publish.books.band_columns import filled
from urbium.publish.books.book_head import NEVER
from urbium.publish.books.sheets import Book, Column
from urbium.text import Text, coded, say, text
from urbium.track.early_warning import Warnings
from urbium.track.progress import Progress
from urbium.units import MoneySize, money_size


def track_book(progress: Progress, warnings: Warnings, *, title: str) -> bytes:
    """Return progress, earned value and targets as a workbook; the same gives the same bytes."""
    book = Book(title, NEVER)
    notes = [str(say(note)) for note in (*progress.notes, *warnings.notes)]
    book.page("Read me", title, [("", line, "") for line in (repr(progress), repr(warnings), *notes)])
    shown = coded("book.track.progress", "Plan against actuals")
    book.table(
        "Progress", str(say(shown)), repr(progress), _columns(progress.in_words(progress.table), "progress")
    )
    shown = coded("book.track.earned", "Earned value")
    book.table(
        "Earned value",
        str(say(shown)),
        repr(progress),
        _columns(progress.in_words(progress.earned), "earned"),
    )
    shown = coded("book.track.targets", "Outlook for targets")
    book.table(
        "Targets", str(say(shown)), repr(warnings), _columns(warnings.in_words(warnings.table), "targets")
    )
    return book.content()


def sums_book(
    sums: pl.DataFrame, by: str, *, prices: str, programme: str, created: datetime = NEVER
) -> bytes:
    """Return sums of the market as a workbook, with what they are and are not."""
    title = coded(
        "book.track.sums",
        "{programme}: projects that seek funding, by {by}",
        programme=programme,
        by=DIMENSIONS[by],
    )
    book = Book(str(say(title)), created)
    book.page("Read me", str(say(title)), [("", str(say(line)), "") for line in _lines(prices)])
    book.table(
        "Sums",
        str(say(title)),
        str(say(_lines(prices)[0])),
        _columns(sums, "sums", money=money_size(next(iter(sums["currency"]), ""))),
    )
    return book.content()


def sums_csv(sums: pl.DataFrame, *, prices: str) -> bytes:
    """Return sums of the market as a CSV file, a column with the prices beside the amounts."""
    return as_csv(sums.with_columns(prices=pl.lit(prices))).encode()


def _lines(prices: str) -> Sequence[Text]:
    return (
        text(
            "Real amounts from the adopted plan, at {prices} prices; not signed.",
            prices=prices,
        ),
        text(
            "Matched money is not always public: it is left blank where it comes from fewer than "
            "{least} expressions of interest, or where it could be derived by subtraction.",
            least=LEAST,
        ),
    )


def _columns(table: pl.DataFrame, subject: str, *, money: MoneySize | str = "") -> list[Column]:
    """Return the columns of a table of the vocabulary."""
    return [filled(f"{subject}.{name}", table[name].to_list(), money=money) for name in table.columns]
