"""Which nation a city belongs to: rules that rest on one nation's climate or markets hold in it alone."""

import polars as pl

from urbium.model import NATION


def city_nations(cities: pl.DataFrame) -> pl.DataFrame:
    """Return city and nation: the code of the nation that a city names as its parent, directly or by others.

    A city that names nobody belongs to the only nation of the register, where there is one; else its nation
    is not known, and empty.

    >>> towns = pl.DataFrame({"code": ["ESP", "AN", "M"], "level": ["nation", "region", "city"],
    ...                       "parent": ["", "ESP", "AN"]})
    >>> city_nations(towns).rows()
    [('AN', 'ESP'), ('M', 'ESP')]
    """
    level = pl.col("level") if "level" in cities.columns else pl.lit("")
    parent = pl.col("parent").fill_null("") if "parent" in cities.columns else pl.lit("")
    rows = cities.select("code", level=level, parent=parent)
    nations = rows.filter(pl.col("level") == NATION)["code"].to_list()
    above = dict(rows.select("code", "parent").iter_rows())
    only = nations[0] if len(nations) == 1 else ""
    places = [code for code in above if code not in nations]
    return pl.DataFrame(
        {"city": places, "nation": [_nation(code, above, set(nations)) or only for code in places]},
        schema={"city": pl.String, "nation": pl.String},
    )


def _nation(code: str, above: dict[str, str], nations: set[str]) -> str:
    """Return the nation above a place; a parent that is not registered counts as one. Circles end in none."""
    seen = set()
    while code in above and code not in nations and code not in seen:
        seen.add(code)
        code = above[code]
    return "" if code in seen else code


def of_nation(nation: str, table: pl.DataFrame, nations: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the cities of a nation; all rows where none is named.

    Parameters
    ----------
    table : with a column ``city``
    nations : city and nation, as :func:`city_nations` returns them
    """
    if not nation:
        return table
    return table.join(
        nations.filter(pl.col("nation") == nation), on="city", how="semi", maintain_order="left"
    )
