"""The register: the cities that a forecast is asked for, each once, with what the table says of them."""

from collections.abc import Iterable

import polars as pl

from urbium.errors import InputError
from urbium.text import Name, coded, text
from urbium.text.naming import names_by_code


def register_of(cities: pl.DataFrame | Iterable[str]) -> pl.DataFrame:
    """Return code, name and province of cities, from their codes or a table of them; blank where unknown.

    Raises InputError for a table without the column code.

    >>> register_of(["b", "a", "b"])["code"].to_list()
    ['b', 'a']
    """
    table = cities if isinstance(cities, pl.DataFrame) else pl.DataFrame({"code": list(cities)})
    if "code" not in table.columns:
        raise InputError(
            coded("forecast.cities.no_code", "the register of cities has no column named code"),
            remedy=text("add a column with city codes"),
        )

    def column(name: str) -> pl.Expr:
        return pl.col(name).fill_null("") if name in table.columns else pl.lit("")

    return table.unique("code", keep="first", maintain_order=True).select(
        pl.col("code").cast(pl.String), name=column("name_en"), province=column("province_en")
    )


def names_of(cities: pl.DataFrame | Iterable[str]) -> dict[str, Name]:
    """Return the names of the cities that have one, by code; of codes alone there are none.

    >>> names_of(pl.DataFrame({"code": ["1", "2"], "name_nl": ["Delft", None]}))
    {'1': 'Delft'}
    """
    if not isinstance(cities, pl.DataFrame):
        return {}
    return {code: name for code, name in names_by_code(cities).items() if name.names}
