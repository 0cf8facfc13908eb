"""Book head: what every workbook shares: how its file is named and written, how its first sheet is parted."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from urbium.errors import InputError
from urbium.files import write_whole
from urbium.packaged import packaged_rows, words_of
from urbium.text import Text, coded, text

NEVER: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""The date of a workbook whose figures bear none: the same content gives the same bytes."""

_SETTINGS: Final = words_of("setting of a result")
_WORDS: Final[Mapping[Any, str]] = words_of("end of a search")
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


def setting_lines(
    settings: Mapping[str, Any], *, besides: Collection[str] = (), worded: Callable[[str], str] = str
) -> Iterator[ReadMeLine]:
    """Yield the settings of a result that fit into a line; ``worded`` gives the text behind a stored one."""
    for name, value in sorted(settings.items()):
        if not isinstance(value, str | int | float) or value == "" or name in besides:
            continue
        words: str = text("yes") if value else text("no")
        if not isinstance(value, bool):
            words = value if isinstance(value, Text) else worded(_WORDS.get(value) or str(value))
        yield _SETTINGS.get(name) or name.replace("_", " ").capitalize(), words, ""


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
