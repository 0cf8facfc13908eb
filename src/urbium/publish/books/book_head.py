"""Book head: what every workbook shares: how its file is named and written, how its first sheet is parted."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from urbium.errors import InputError
from urbium.files import write_whole
from urbium.packaged import packaged_rows
from urbium.text import coded, text

NEVER: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""The date of a workbook whose figures bear none: the same content gives the same bytes."""

ReadMeLine = tuple[str, str, str]
"""A line of the first sheet: label, words, colour of the label or empty."""


def headed(title: str) -> Iterator[ReadMeLine]:
    """Yield an empty line and the title of the next part of the first sheet."""
    yield "", "", ""
    yield title, "", ""


def reading(book: str) -> Iterator[ReadMeLine]:
    """Yield how the figures of a workbook are to be read: ``plan`` or ``outlook``."""
    rows = packaged_rows("documents/workbook_reading")
    yield from ((row["about_en"], row["says_en"], "") for row in rows if row["book"] == book)


def check_ending(path: str | Path) -> None:
    """Raise InputError for a file name that does not end in .xlsx."""
    if Path(path).suffix.lower() != ".xlsx":
        raise InputError(
            coded("book.suffix", "a workbook file must end in .xlsx"),
            place=str(path),
            remedy=text("use a name that ends in .xlsx"),
        )


def write_book(path: str | Path, content: bytes) -> Path:
    """Write the bytes of a workbook; raise as :func:`urbium.files.write_whole` does."""
    return write_whole(path, content)
