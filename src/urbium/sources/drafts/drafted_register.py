"""Which columns of a table seem to say what its cities are: for the part of a draft that registers them."""

import re
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Final

from urbium.sources.headings.heading_words import PLACE_PARTS, part_of_place

_LONGEST_CODE: Final = 12
_CODE: Final = re.compile(r"[A-Za-z0-9]+(?:[-_/][A-Za-z0-9]+)*")


def parts_of_cities(headings: Sequence[str], cells: Mapping[int, Sequence[str]]) -> dict[str, int]:
    """Return the columns of code, name, province and place on the globe, as far as they tell.

    Parameters
    ----------
    headings : of all columns
    cells : the filled cells of the columns that are looked at

    >>> parts_of_cities(["Código", "Cidade"], {0: ["3550308", "3304557"], 1: ["São Paulo", "Rio"]})
    {'code': 0, 'name': 1}
    >>> parts_of_cities(["ID", "Name"], {0: ["GE-TB", "GE-KU"], 1: ["Tbilisi", "Kutaisi"]})
    {'code': 0, 'name': 1}
    >>> parts_of_cities(["No.", "UF", "Cidade"], {0: ["1", "2"], 1: ["SP", "RJ"], 2: ["Campinas", "Niterói"]})
    {'name': 2, 'province': 1}
    """
    places = {part: column for column in reversed(list(cells)) if (part := part_of_place(headings[column]))}
    places = {part: places[part] for part in PLACE_PARTS if part in places}
    distinct = [
        column
        for column, texts in cells.items()
        if len(set(texts)) == len(texts) and column not in places.values() and not is_running_number(texts)
    ]
    worded = [column for column in distinct if not any(map(_is_number, cells[column]))]
    codes = [places.pop("code")] if "code" in places else []
    codes = codes or [column for column in distinct if _are_codes(cells[column], _has_digit)]
    if not codes and len(worded) > 1:
        shortest = min(worded, key=lambda column: median(map(len, cells[column])))
        codes = [shortest] if _are_codes(cells[shortest], str.isupper) else []
    names = [column for column in worded if column not in codes]
    return {part: columns[0] for part, columns in (("code", codes), ("name", names)) if columns} | places


def is_running_number(texts: Sequence[str]) -> bool:
    """Whether a column counts its rows, and so says nothing of them.

    Codes are often filled up with noughts, running numbers are not.

    >>> is_running_number(["1", "2", "3"]), is_running_number(["1.", "2."]), is_running_number(["01", "02"])
    (True, True, False)
    """
    counted = [str(i + 1) for i in range(len(texts))]
    return len(texts) > 1 and [text.rstrip(".)") for text in texts] == counted


def _are_codes(texts: Sequence[str], is_fitting: Callable[[str], bool]) -> bool:
    """Whether most texts are short, in one piece, and of the kind that is sought."""
    codes = [text for text in texts if _CODE.fullmatch(text) and len(text) <= _LONGEST_CODE]
    return sum(map(is_fitting, codes)) * 2 > len(texts)


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _is_number(text: str) -> bool:
    return text.replace(".", "").replace(",", "").replace(" ", "").removeprefix("-").isdigit()
