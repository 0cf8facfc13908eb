"""Shown names: by which of its names a place is shown, where the reader's language has one and where not."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import polars as pl

from urbium.text import ENGLISH, Name, named


def with_shown_names(places: pl.DataFrame, languages: Sequence[str]) -> pl.DataFrame:
    """Return places with names in the columns of English: else in the first of some languages, else in any.

    A name that stands in for the English one stands there alone, so that it is shown once.

    >>> places = pl.DataFrame({"name_en": [None], "name_pt": ["Vila"], "province_en": ["North"]})
    >>> with_shown_names(places, ["pt"]).row(0)
    ('Vila', None, 'North')
    """
    for part in ("name", "province"):
        shown = f"{part}_{ENGLISH}"
        others = [name for name in places.columns if name.startswith(f"{part}_") and name != shown]
        preferred = [name for code in languages if (name := f"{part}_{code}") in others]
        instead = pl.coalesce(*dict.fromkeys((*preferred, *others))) if others else pl.lit(None, pl.String)
        is_taken = pl.col(shown).is_null()
        places = places.with_columns(
            pl.coalesce(shown, instead),
            *(pl.when(~(is_taken & (pl.col(name) == instead))).then(name).alias(name) for name in others),
        )
    return places


def codes_with_provinces(places: pl.DataFrame) -> list[str]:
    """Return the codes of places, each with the province that tells it apart from others of its name."""
    rows = sorted(places.select("code", "province_en").iter_rows())
    return [f"{code} ({province})" if province else code for code, province in rows]


def names_by_code(places: pl.DataFrame, languages: Sequence[str]) -> Mapping[str, Name]:
    """Return what places are called by code: in English, else in the first of some languages, else in any.

    >>> places = pl.DataFrame({"code": ["1"], "name_en": [None], "name_pt": ["Vila"], "name_es": ["Villa"]})
    >>> called = names_by_code(places, ["es"])["1"]
    >>> called, called.render("pt")
    ('Villa', 'Vila')
    """
    first = [f"name_{code}" for code in (ENGLISH, *languages)]
    others = [column for column in places.columns if column.startswith("name_")]
    columns = [column for column in dict.fromkeys((*first, *others)) if column in others]
    return MappingProxyType(
        {
            code: named(
                {
                    column.removeprefix("name_"): name
                    for column, name in zip(columns, names, strict=True)
                    if name
                },
                code,
            )
            for code, *names in places.select("code", *columns).iter_rows()
        }
    )
