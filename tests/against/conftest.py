"""The ASEM example of COINr: its data and stored results, read as arrays in the order of its own tree."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

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
