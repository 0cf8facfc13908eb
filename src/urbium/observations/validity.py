"""Validity: places exist from one period to another, and no stage looks at them outside it (ADR 0037)."""

from datetime import date

import polars as pl

from urbium.periods import Period


def valid_places(places: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """Return the places that exist at some time in each of the years ``first`` to ``last``.

    Parameters
    ----------
    places : columns valid_from and valid_to, periods such as ``2011`` or ``2011-08``, empty where open

    >>> towns = pl.DataFrame({"code": ["a", "b"], "valid_from": ["", ""], "valid_to": ["2011-08", ""]})
    >>> valid_places(towns, 2011, 2011)["code"].to_list(), valid_places(towns, 2011, 2012)["code"].to_list()
    (['a', 'b'], ['b'])
    """
    begun = [
        not period or Period.parse(period).start <= date(first, 12, 31) for period in places["valid_from"]
    ]
    lasts = [not period or Period.parse(period).end >= date(last, 1, 1) for period in places["valid_to"]]
    return places.filter(pl.Series(begun, dtype=pl.Boolean) & pl.Series(lasts, dtype=pl.Boolean))
