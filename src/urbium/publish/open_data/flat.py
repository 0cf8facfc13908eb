"""Flat: places and projects with one value a column, as maps and tables of others read features.

The latest figure of each variable stands for all of them, in the unit that most places have it in; the files
of a publication have every one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from urbium.columns import column
from urbium.publish.open_data.record import TABLES, OpenData
from urbium.text import Text, meant, text

_PERIOD: Final = "{}_period"


@dataclass(frozen=True, slots=True)
class Property:
    """A property of features: what it is called, the type of its values in JSON, unit and code of UCUM."""

    title: Text | str
    type: str
    unit: str = ""
    ucum: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection of features.

    Parameters
    ----------
    key : the column that tells features apart
    rows : one a feature; the first few have between them a value of each property, of which many clients
        read its type; ``longitude`` and ``latitude`` are its point
    properties : the other columns
    """

    key: str
    rows: pl.DataFrame
    properties: Mapping[str, Property]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of collection: its title, the columns that say from when to when a feature is, what makes it."""

    title: Text
    span: tuple[str, str]
    make: Callable[[OpenData], Collection]


def _places(record: OpenData) -> Collection:
    """Return places with the latest figure of each variable, their score and their rank."""
    figures, variables = _in_one_unit(record), record.tables["variables"]
    declared = variables.select("variable", boundary="boundary", is_declared=True)
    latest = (
        figures.join(declared, on=["variable", "boundary"], how="left")
        .sort("period", pl.col("is_declared").fill_null(value=False), "source")
        .unique(["place", "variable"], keep="last", maintain_order=True)
    )
    scores = record.tables["scores"].unique("place", keep="first", maintain_order=True)
    rows = record.tables["places"].join(
        scores.select("place", score="value", rank="rank", score_period="period"), on="place", how="left"
    )
    names = {name: next(iter(said.values()), name) for name, said in record.names("variables").items()}
    units = dict(figures.select("variable", "unit").unique().iter_rows())
    ucum = dict(record.tables["units"].select("unit", "ucum").iter_rows())
    properties = {
        name: Property(names.get(name, name), "number", units[name], ucum.get(units[name], ""))
        for name in sorted(units)
    }
    for values, suffix in (("value", "{}"), ("period", _PERIOD)):
        wide = latest.pivot("variable", index="place", values=values)
        rows = rows.join(
            wide.rename({name: suffix.format(name) for name in wide.columns if name != "place"}),
            on="place",
            how="left",
        )
    periods = {_PERIOD.format(name): Property(text("Period of {name}", name=one.title), "string")
               for name, one in properties.items()}  # fmt: skip
    score, rank = column("score").title, column("rank").title
    scored = {
        "score": Property(score, "number", "score"),
        "rank": Property(rank, "integer"),
        "score_period": Property(text("Period of {name}", name=score), "string"),
    }
    return _collection(record, "places", "place", rows, scored | properties | periods)


def _projects(record: OpenData) -> Collection:
    """Return projects with their budget, what of it agreements sign, and what they bring in a year."""
    places = record.tables["places"].select("place", "latitude", "longitude")
    money = record.tables["project_figures"].filter(pl.col("kind") == "budget")
    finance = record.tables["finance"]
    planned = finance.filter(pl.col("kind") == "planned").group_by("project").agg(pl.col("signed").sum())
    inflow = finance.filter(pl.col("kind") == "inflow").group_by("project").agg(inflow=pl.col("value").sum())
    budget = money.group_by("project").agg(budget=pl.col("value").sum(), currency=pl.col("unit").first())
    rows = record.tables["projects"]
    for frame, key in ((places, "place"), (budget, "project"), (planned, "project"), (inflow, "project")):
        rows = rows.join(frame, on=key, how="left")
    unit = record.currency
    return _collection(record, "projects", "project", rows, {
        "budget": Property(text("Budget"), "number", unit),
        "signed": Property(column("finance.signed").title, "number", unit),
        "inflow": Property(text("Income per year"), "number", unit),
        "currency": Property(text("Currency"), "string"),
    })  # fmt: skip


KINDS: Final[Mapping[str, Kind]] = {
    "places": Kind(meant("on a map", "Places"), ("valid_from", "valid_to"), _places),
    "projects": Kind(text("Projects"), ("first_day", "last_day"), _projects),
}
"""The collections by name."""


def _collection(
    record: OpenData, table: str, key: str, rows: pl.DataFrame, more: Mapping[str, Property]
) -> Collection:
    """Return a collection of the declared columns of a table and more; empty texts are nothing."""
    declared = {one.name: one for one in TABLES[table].columns} | {
        name: column(f"language.{'province' if name.startswith('province_') else 'name'}")
        for name in record.tables[table].columns
        if name.startswith(("name_", "province_"))
    }
    properties = {
        name: Property(one.title, one.json_type)
        for name, one in declared.items()
        if name in rows.columns and name not in ("latitude", "longitude")
    }
    properties |= {name: one for name, one in more.items() if name in rows.columns}
    texts = [name for name, one in properties.items() if one.type == "string"]
    filled = rows.select("longitude", "latitude", *properties).with_columns(
        pl.when(pl.col(name) != "").then(pl.col(name)) for name in texts
    )
    return Collection(key, _typed_first(filled.sort(key)), properties)


def _typed_first(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with those first that between them have a value in each column."""
    has = rows.select(pl.all().is_not_null()).to_numpy()
    first: list[int] = []
    missing = has.any(axis=0)
    while missing.any():
        first.append(int((has & missing).sum(axis=1).argmax()))
        missing &= ~has[first[-1]]
    return rows[[*first, *(at for at in range(rows.height) if at not in first)]]


def _in_one_unit(record: OpenData) -> pl.DataFrame:
    """Return figures in the unit that most of their variable have; the others cannot stand in one column."""
    figures = record.tables["figures"]
    texts = [name for name, kind in figures.schema.items() if kind == pl.Categorical()]
    figures = figures.with_columns(pl.col(texts).cast(pl.String)) if texts else figures
    usual = figures.group_by("variable", "unit").len().sort("len", "unit", descending=[True, False])
    return figures.join(usual.unique("variable", keep="first").drop("len"), on=["variable", "unit"])
