"""Shown names: by which of its names a place is shown, where the reader's language has one and where not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import polars as pl

from urbium.text import ENGLISH, Name, named, text
from urbium.text.naming import by_language, names_by_code


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


def told_apart(places: pl.DataFrame, names: Mapping[str, Name]) -> Mapping[str, Name]:
    """Return names by code, with its province the name that several places bear in a language.

    >>> rows = [("1", "Suzhou", "Anhui"), ("2", "Suzhou", "Jiangsu"), ("3", "Wuhu", "Anhui")]
    >>> places = pl.DataFrame(rows, schema=["code", "name_en", "province_en"], orient="row")
    >>> list(told_apart(places, names_by_code(places)).values())
    ['Suzhou (Anhui)', 'Suzhou (Jiangsu)', 'Wuhu']
    """
    bearers = Counter(pair for name in names.values() for pair in name.names.items())
    provinces = names_by_code(places, part="province")

    def full(code: str, language: str, word: str) -> str:
        province = provinces[code].names.get(language)
        if bearers[language, word] == 1 or not province:
            return word
        return text("{city} ({province})", city=word, province=province).render(language)

    return MappingProxyType(
        {
            code: named({language: full(code, language, word) for language, word in name.names.items()}, code)
            for code, name in names.items()
        }
    )


def names_of_provinces(
    registered: pl.DataFrame, shown: pl.DataFrame, languages: Sequence[str]
) -> Mapping[str, Name]:
    """Return what the parts of a nation are called, by their ``province_en`` of the places as they are shown.

    >>> places = pl.DataFrame(
    ...     {"code": ["1"], "name_en": [None], "province_en": [None], "province_zh": ["荷兰"]}
    ... )
    >>> names_of_provinces(places, with_shown_names(places, ["zh"]), ["zh"])["荷兰"].names
    mappingproxy({'zh': '荷兰'})
    """
    rows = registered.join(shown.select("code", key="province_en"), on="code").drop_nulls("key")
    return MappingProxyType(
        {
            row["key"]: named(by_language(row, "province", languages), row["key"])
            for row in rows.iter_rows(named=True)
        }
    )
