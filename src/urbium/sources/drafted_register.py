"""Which columns of a table seem to say what its cities are: for the part of a draft that registers them."""

from collections.abc import Mapping, Sequence
from typing import Final

from urbium.sources.headings import folded

__all__ = ["parts_of_cities"]

_PLACE: Final = {"latitude": "lat", "longitude": "lon"}
_LONGEST_CODE: Final = 12


def parts_of_cities(headings: Sequence[str], cells: Mapping[int, Sequence[str]]) -> dict[str, int]:
    """Return the columns of code, name and place on the globe, as far as the cells tell.

    Parameters
    ----------
    headings : of all columns
    cells : the filled cells of the columns that are looked at

    >>> parts_of_cities(["Código", "Cidade"], {0: ["3550308", "3304557"], 1: ["São Paulo", "Rio"]})
    {'code': 0, 'name': 1}
    """
    places = {
        part: column
        for part, word in _PLACE.items()
        for column in cells
        if folded(headings[column]).startswith(word)
    }
    distinct = [
        column
        for column, texts in cells.items()
        if len(set(texts)) == len(texts) and column not in places.values()
    ]
    codes = [column for column in distinct if sum(map(_is_code, cells[column])) * 2 > len(cells[column])]
    names = [column for column in distinct if column not in codes and not any(map(_is_number, cells[column]))]
    return {part: columns[0] for part, columns in (("code", codes), ("name", names)) if columns} | places


def _is_code(text: str) -> bool:
    return text.isascii() and text.isalnum() and len(text) <= _LONGEST_CODE and any(map(str.isdigit, text))


def _is_number(text: str) -> bool:
    return text.replace(".", "").replace(",", "").replace(" ", "").removeprefix("-").isdigit()
