"""What is uncertain in a roadmap: effects, costs and needs, each between a low and a high figure.

What has no row is certain. A range holds its planned figure, and half of what is drawn lies on each side.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import polars as pl

from urbium.catalogue import Catalogue
from urbium.errors import Fault, refuse, require_columns
from urbium.plan.problem.roadmap import Roadmap
from urbium.text import Text, coded, text

_TEXT, _NUMBER = pl.String(), pl.Float64()
_TABLES: Mapping[str, Mapping[str, pl.DataType]] = MappingProxyType(
    {
        "effects": {"project": _TEXT, "indicator": _TEXT, "low": _NUMBER, "high": _NUMBER},
        "capital": {"project": _TEXT, "low": _NUMBER, "high": _NUMBER},
        "needs": {"city": _TEXT, "indicator": _TEXT, "low": _NUMBER, "high": _NUMBER},
    }
)
"""The columns of each table of ranges."""

_OWN = {"effects": ("effects", "effect"), "capital": ("projects", "capital"), "needs": ("gaps", "need")}
"""In which table of a roadmap, and in which column, the planned figure of a range stands."""
_ROUNDING = 1e-9


def _none(name: str) -> pl.DataFrame:
    return pl.DataFrame(schema=_TABLES[name])


@dataclass(frozen=True, kw_only=True)
class Ranges:
    """How far the figures of a roadmap may lie from what is planned.

    Parameters
    ----------
    effects : project, indicator, low, high: the share of a gap's potential that the project closes
    capital : project, low, high: millions; operation and renewal are taken to move in proportion
    needs : city, indicator, low, high: the share of the way to the target that is open, such as an outlook
        gives
    note : what the ranges rest on
    """

    effects: pl.DataFrame = field(default_factory=lambda: _none("effects"))
    capital: pl.DataFrame = field(default_factory=lambda: _none("capital"))
    needs: pl.DataFrame = field(default_factory=lambda: _none("needs"))
    note: str = ""

    def __post_init__(self) -> None:
        for name, schema in _TABLES.items():
            table = getattr(self, name)
            known = text("the columns are {columns:list}", columns=list(schema))
            require_columns(table.columns, schema, f"ranges of {name}", "plan.ranges.no_column", known)
            shaped = table.select(pl.col(column).cast(kind) for column, kind in schema.items())
            object.__setattr__(self, name, shaped)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has a range."""
        return self.effects.is_empty() and self.capital.is_empty() and self.needs.is_empty()

    def __repr__(self) -> str:
        return text(
            "Ranges (effects: {effects:,}; costs: {costs:,}; needs: {needs:,})",
            effects=self.effects.height, costs=self.capital.height, needs=self.needs.height
        ).render()  # fmt: skip

    def check(self, roadmap: Roadmap) -> None:
        """Raise one InputError with every fault, when the ranges do not fit the roadmap; else do nothing."""
        faults = [fault for name in _TABLES for fault in self._faults(name, roadmap)]
        refuse(
            faults,
            "ranges",
            coded(
                "plan.ranges.faults",
                "the ranges have one fault",
                "the ranges have {count} faults",
                count=len(faults),
            ),
            text("correct each of those listed"),
        )

    def factors(self, name: str, roadmap: Roadmap) -> pl.DataFrame:
        """Return low and high of a table as factors of the planned figure, in the order of the roadmap.

        Columns: the keys, ``low``, ``high``; 1 where nothing is uncertain.
        """
        table, column = _OWN[name]
        keys = list(_TABLES[name])[:-2]
        planned = getattr(roadmap, table).select(*keys, planned=column)
        joined = planned.join(getattr(self, name), on=keys, how="left", maintain_order="left")
        has_range = pl.col("low").is_not_null() & (pl.col("planned") != 0)
        factors: pl.DataFrame = joined.select(
            *keys,
            *(
                pl.when(has_range).then(pl.col(end) / pl.col("planned")).otherwise(1.0).alias(end)
                for end in ("low", "high")
            ),
        )
        return factors

    def _faults(self, name: str, roadmap: Roadmap) -> Iterator[Fault]:
        table, column = _OWN[name]
        keys = list(_TABLES[name])[:-2]
        ranged = getattr(self, name)
        planned = getattr(roadmap, table).select(*keys, planned=column)
        highest = math.inf if name == "capital" else 1.0
        twice = ranged.filter(ranged.select(keys).is_duplicated()).unique(keys, maintain_order=True)
        for row in twice.iter_rows(named=True):
            what = _called(keys, row)
            message = coded("plan.ranges.twice", "{what} appears more than once", what=what)
            yield _fault(name, what, message, text("keep one row"))
        for row in ranged.join(planned, on=keys, how="left", maintain_order="left").iter_rows(named=True):
            what = _called(keys, row)
            for message, remedy in _wrong(what, row["low"], row["high"], row["planned"], highest):
                yield _fault(name, what, message, remedy)


def _wrong(
    what: str, low: float | None, high: float | None, planned: float | None, highest: float
) -> Iterator[tuple[Text, Text]]:
    """Yield what is wrong with a range, and what to do."""
    if planned is None:
        yield (
            coded("plan.ranges.unknown", "{what}: is not in the roadmap", what=what),
            text("omit it"),
        )
    elif low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        yield (
            coded("plan.ranges.not_finite", "{what}: low and high are not both finite numbers", what=what),
            text("enter both as numbers"),
        )
    elif not 0 <= low <= high <= highest + _ROUNDING:
        yield (
            coded(
                "plan.ranges.no_range",
                "{what}: {low:g} to {high:g} is not a valid range",
                what=what,
                low=low,
                high=high,
            ),
            text("enter the lower value first; both must be from 0 to 1")
            if math.isfinite(highest)
            else text("enter the lower value first; both must be 0 or more"),
        )
    elif not low - _ROUNDING <= planned <= high + _ROUNDING:
        yield (
            coded(
                "plan.ranges.outside", "{what}: {low:g} to {high:g} does not include the planned "
                                       "{planned:g}",
                what=what, low=low, high=high, planned=planned
            ),
            text("widen the range, or plan with a figure inside it"),
        )  # fmt: skip
    elif planned == 0 and high > 0:
        yield (
            coded("plan.ranges.zero", "{what}: planned as 0 but could be more", what=what),
            text("plan with a figure above 0"),
        )


def _called(keys: list[str], row: Mapping[str, object]) -> str:
    return ",".join(str(row[key]) for key in keys)


def _fault(name: str, what: str, message: Text, remedy: Text) -> Fault:
    return Fault("error", message, remedy, rule="range", sheet=f"ranges of {name}", cell=what)


def ranges(catalogue: Catalogue, roadmap: Roadmap) -> Ranges:
    """Return the ranges that the catalogue gives for a roadmap made of it.

    The low and high figures of a cost are taken in proportion to the middle one, from which the roadmap's own
    figure was made, as those of effects were in the roadmap; what it assumes besides (people, exchange rate,
    coverage) is not varied. Effects stay at most 1. Projects that are no solution of the catalogue cost what
    they cost. Effects and needs have the low and high ends that stand in the roadmap.
    """
    spread = {
        code: math.sqrt(solution.capital_high / solution.capital_low)
        for code, solution in catalogue.solutions.items()
        if solution.capital_low > 0
    }
    size, high = pl.col("effect"), pl.col("high").clip(upper_bound=1.0)
    effects = roadmap.effects.filter(size > 0, high.is_not_null()).with_columns(
        high=pl.max_horizontal(high, size)
    )
    capital = [
        (project, amount / factor, amount * factor)
        for project, code, amount in roadmap.projects.select("project", "solution", "capital").iter_rows()
        if amount > 0 and (factor := spread.get(code)) is not None
    ]
    needs = roadmap.gaps.filter((pl.col("low") < pl.col("high")) & (pl.col("need") > 0))
    return Ranges(
        needs=needs.select("city", "indicator", "low", "high"),
        effects=effects.select(*_TABLES["effects"]),
        capital=pl.DataFrame(capital, schema=_TABLES["capital"], orient="row"),
        note=text(
            "low and high values from the catalogue, in proportion to the middle value used for the roadmap"
        ),
    )
