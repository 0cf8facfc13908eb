"""People who are needed come from somewhere."""

from collections.abc import Iterator

import polars as pl

from urbium.errors import Fault
from urbium.plan.problem.keys import Tables, fault

__all__ = ["people"]


def people(tables: Tables, nationwide: str) -> Iterator[Fault]:
    """Yield the faults of occupations; the references hold."""
    yield from _without_pool(tables, nationwide)


def _without_pool(tables: Tables, nationwide: str) -> Iterator[Fault]:
    """An occupation that a city's projects need is in its pool, in the nation's, taught or trained."""
    city = dict(tables["projects"].select("project", "city").iter_rows())
    pools, training = tables["pools"], tables["training"].filter(pl.col("places") > 0)
    known = set(pools.filter(pl.col("places") > 0).select("place", "occupation").iter_rows())
    taught = tables["teaching"].filter(pl.col("places") > 0).select("project", "occupation")
    known |= {(city[project], occupation) for project, occupation in taught.iter_rows()}
    known |= {(nationwide, o) for o in training.filter(pl.col("most") > 0)["occupation"]}
    told: set[tuple[str, str]] = set()
    needed = tables["staff"].filter((pl.col("building") > 0) | (pl.col("running") > 0))
    for project, occupation in needed.select("project", "occupation").iter_rows():
        pair = (city[project], occupation)
        if pair not in told and not {pair, (nationwide, occupation)} & known:
            told.add(pair)
            text = f"{project} needs {occupation}, an occupation without pool in {pair[0]} or the nation"
            remedy = f"give a pool of {occupation} in {pair[0]} or {nationwide}, or train them"
            yield fault("pool", "staff", f"{project}, {occupation}", text, remedy)
