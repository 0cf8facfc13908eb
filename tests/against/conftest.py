"""What is compared with: the ASEM example of COINr, and the population of all countries (WPP 2019)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from calibration.demographic_fit import Estimates
from urbium.measure.aggregate import Tree, tree
from urbium.measure.matrix import Matrix, matrix
from urbium.model import Choice, Index, IndexNode


@dataclass(frozen=True)
class Asem:
    """The example: raw matrix, tree, declared rows, and a reader of stored tables."""

    folder: Path
    meta: dict[str, dict[str, Any]]
    raw: Matrix
    layout: Tree

    @property
    def leaves(self) -> list[str]:
        """The indicators, in the order of the tree."""
        return list(self.raw.columns)

    @property
    def nodes(self) -> list[str]:
        """Every node, from the root down."""
        return [node.id for node in self.layout.nodes]

    @property
    def denominate(self) -> str:
        """The steps that divide each indicator by the quantity declared for it."""
        named: dict[str, list[str]] = {}
        for name in self.leaves:
            if self.meta[name]["Denominator"] is not None:
                named.setdefault(self.meta[name]["Denominator"], []).append(name)
        return " > ".join(f"denominate(by={by}, only={'|'.join(names)})" for by, names in named.items())

    def table(self, name: str) -> pl.DataFrame:
        """Return a stored table as it is."""
        return pl.read_csv(self.folder / f"{name}.csv", infer_schema_length=None, null_values=["NA"])

    def array(self, name: str, columns: list[str]) -> np.ndarray:
        """Return columns of a stored table keyed by uCode, in the order of our rows."""
        stored = pl.DataFrame({"uCode": self.raw.rows}).join(
            self.table(name), on="uCode", how="left", maintain_order="left"
        )
        return stored.select(pl.col(columns).cast(pl.Float64)).fill_null(np.nan).to_numpy()


def same(found: np.ndarray, expected: np.ndarray) -> None:
    """Assert that arrays agree to 1e-9, missing values included."""
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.fixture(scope="session")
def agree() -> Callable[[np.ndarray, np.ndarray], None]:
    return same


@pytest.fixture(scope="session")
def asem(shared: Path) -> Asem:
    folder = shared / "data" / "reference" / "coinr"
    rows = pl.read_csv(folder / "in_ASEM_iMeta.csv", null_values=["NA"]).to_dicts()
    meta = {row["iCode"]: row for row in rows}
    nodes = tuple(
        IndexNode(row["iCode"], row["Parent"] or "", float(row["Weight"]), {"en": row["iName"]})
        for row in rows
        if row["Type"] in {"Indicator", "Aggregate"}
    )
    index = Index("Index", {"en": "ASEM"}, nodes, Choice.row("min-max"), Choice.row("arithmetic"), 0.0, 0)
    layout = tree(index)
    names = list(index.indicators)
    data = pl.read_csv(folder / "in_ASEM_iData.csv", null_values=["NA"])
    raw = matrix(
        data.select(pl.col(names).cast(pl.Float64)).fill_null(np.nan).to_numpy(),
        directions=np.array([int(meta[name]["Direction"]) for name in names]),
        rows=tuple(data["uCode"]),
        columns=tuple(names),
        parents=layout.parents,
        years=data["Time"].to_numpy(),
        targets=np.array([float(meta[name]["Target"]) for name in names]),
        groups={name: data[name].to_numpy() for name in data.columns if name.endswith("_group")},
        denominators={
            name: data[name].cast(pl.Float64).to_numpy()
            for name, row in meta.items()
            if row["Type"] == "Denominator"
        },
    )
    return Asem(folder, meta, raw, layout)


COUNTRY = "4"
ESTIMATES = 14
"""Periods from 1950-1955 to 2015-2020; those after them are projected."""


@dataclass(frozen=True)
class World:
    """C countries in the order of their codes; thirty periods from 1950, and the years between them."""

    codes: list[str]
    names: list[str]
    without_ages: list[str]
    rates: np.ndarray
    population: np.ndarray
    fertility: np.ndarray
    pattern: np.ndarray
    ratio: np.ndarray
    migration: np.ndarray
    expectancy: np.ndarray

    def estimates(self, periods: int) -> Estimates:
        """What was known at the end of so many periods; persons, not thousands."""
        all_periods = Estimates(
            1000 * self.population,
            self.rates,
            self.expectancy,
            self.fertility,
            self.pattern,
            self.ratio,
            1000 * self.migration,
        )
        return all_periods.until(periods)

    def row(self, name):
        return self.names.index(name)


def table(folder: Path, name: str) -> pl.DataFrame:
    """A file as text, without the rows that stand in it twice."""
    path = folder / "data" / "real" / "population" / f"wpp2019_{name}.txt"
    return pl.read_csv(path, separator="\t", infer_schema_length=0).unique(maintain_order=True)


def read_world(folder: Path) -> World:
    """All countries (location type 4) that have figures by age."""
    places = table(folder, "UNlocations").filter(pl.col("location_type") == COUNTRY)
    known = table(folder, "tfr").join(places, on="country_code", how="semi")
    known = known.sort(pl.col("country_code").cast(pl.Int64))
    codes = known["country_code"].to_list()

    def figures(*names: str) -> np.ndarray:
        return np.concatenate([_figures(table(folder, name), codes) for name in names], axis=-1)

    def by_sex(*names: str) -> np.ndarray:
        return np.stack([figures(*(name.format(sex) for name in names)) for sex in "MF"], axis=1)

    return World(
        codes,
        known["name"].to_list(),
        places.filter(~pl.col("country_code").is_in(codes))["name"].to_list(),
        by_sex("mx{}"),
        by_sex("pop{}", "pop{}projMed"),
        figures("tfr", "tfrprojMed"),
        figures("percentASFR") / 100,
        figures("sexRatio"),
        figures("migration"),
        by_sex("e0{}", "e0{}proj"),
    )


def _figures(rows: pl.DataFrame, codes: list[str]) -> np.ndarray:
    """(countries, periods) or (countries, ages, periods)."""
    columns = [name for name in rows.columns if name[:2] in {"19", "20", "21"}]
    order = pl.DataFrame({"country_code": codes})
    own = order.join(rows, on="country_code", how="left", maintain_order="left_right")
    values = own.select(pl.col(columns).cast(pl.Float64)).to_numpy()
    return values if "age" not in rows.columns else values.reshape(len(codes), -1, len(columns))


@pytest.fixture(scope="session")
def world(shared):
    """Return the United Nations' own figures of all countries."""
    return read_world(shared)
