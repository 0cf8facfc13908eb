"""Naming: what things of a table are called, from its columns of names by language (``name_es``).

A row has a name in any language, and needs one in none but the first of its programme. Whatever names a thing
for a reader has the name from here: text and page as a :class:`urbium.text.Name`, a table that is sorted,
drawn or handed out by :func:`with_names`.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

from urbium.text import ENGLISH, Name, Text, coded, named, say, spoken
from urbium.text.own_words import in_own_words

if TYPE_CHECKING:
    import polars as pl

_CODE = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")
"""A code within words, such as those of a formula."""

NAMED: Final = 3
"""How many names of a long list a sentence says."""

__all__ = ["NAMED", "by_language", "called", "first_named", "names_by_code", "with_names"]


def by_language(row: Mapping[str, Any], part: str = "name", first: Sequence[str] = ()) -> dict[str, str]:
    """Return what a row says in each language, that of the preferred languages first, then English.

    >>> by_language({"name_en": "Town", "name_es": "Villa", "name_fr": None, "note": "x"}, first=["es"])
    {'es': 'Villa', 'en': 'Town'}
    """
    columns = [column for column in row if column.startswith(f"{part}_") and row[column]]
    order = [f"{part}_{code}" for code in (*first, ENGLISH)]
    ordered = [*(column for column in dict.fromkeys(order) if column in columns), *columns]
    return {column.removeprefix(f"{part}_"): str(row[column]) for column in dict.fromkeys(ordered)}


def called(said: str, names: Mapping[str, str]) -> str:
    """Return a message in which codes among its parameters are called by their names.

    >>> from urbium.text import text
    >>> names = {"gdp": "Output", "year_end": "Population"}
    >>> called(text("{figures:list} are suspect", figures=["gdp", "area"]), names)
    'Output and area are suspect'
    >>> called("2 x year_end", names)
    '2 x Population'
    """
    if not isinstance(said, Text):
        return cast("str", _called(said, names))
    if isinstance(said, Name):  # which may be a code itself
        return names.get(str.__str__(said), said)
    parameters = {key: _called(value, names) for key, value in said.parameters.items()}
    return Text(said.message, parameters, said.plural, said.number, said.code, said.context)


def _called(value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - of any parameter
    if isinstance(value, Text):
        return called(value, names)
    if isinstance(value, str):
        held = (
            value if spoken() == ENGLISH else in_own_words(value)
        )  # which is found by how it reads in English
        if isinstance(held, Text):
            return called(held, names)
        return names.get(value) or _CODE.sub(lambda code: str(say(names.get(code[0], code[0]))), value)
    return [_called(one, names) for one in value] if isinstance(value, list | tuple) else value


def first_named(names: Sequence[str]) -> list[str]:
    """Return the first names of a sentence's list, and how many more there are.

    >>> first_named(["waste", "water", "air", "light", "health"])
    ['waste', 'water', 'air', '2 more']
    """
    more = len(names) - NAMED
    if more <= 0:
        return list(names)
    return [*names[:NAMED], coded("plan.summary.more", "{count} more", "{count:,} more", count=more)]


def names_by_code(
    rows: "pl.DataFrame", first: Sequence[str] = (), *, part: str = "name"
) -> Mapping[str, Name]:
    """Return what the things of a table are called, by code.

    Parameters
    ----------
    rows : with the column ``code`` and one a language, ``name_es``
    first : languages whose name is said to a reader in whose language there is none, the preferred first
    part : what the columns of names begin with: ``name``, or ``province`` for that of what it lies in

    >>> import polars as pl
    >>> places = pl.DataFrame({"code": ["1"], "name_en": [None], "name_pt": ["Vila"], "name_es": ["Villa"]})
    >>> called = names_by_code(places, ["es"])["1"]
    >>> called, called.render("pt")
    ('Villa', 'Vila')
    """
    columns = [column for column in rows.columns if column.startswith(f"{part}_")]
    return MappingProxyType(
        {
            str(row["code"]): named(by_language(row, part, first), "" if part != "name" else str(row["code"]))
            for row in rows.select("code", *columns).iter_rows(named=True)
        }
    )


def with_names(
    table: "pl.DataFrame", names: Mapping[str, str], *, code: str = "city", column: str = "name"
) -> "pl.DataFrame":
    """Return a table with what its things are called in the language that is spoken; their codes where not.

    >>> import polars as pl
    >>> names = names_by_code(pl.DataFrame({"code": ["1"], "name_en": ["Delft"]}))
    >>> with_names(pl.DataFrame({"city": ["1", "2", None]}), names)["name"].to_list()
    ['Delft', '2', None]
    """
    import polars as pl  # noqa: PLC0415 - the help of the command loads no tables

    said = {key: str(say(name)) for key, name in names.items()}
    kept = table[code].cast(pl.String)
    return table.with_columns(kept.replace(said).alias(column))
