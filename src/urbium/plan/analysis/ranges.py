"""What is uncertain in a roadmap: effects, costs and needs, each between a low and a high figure.

What has no row is certain. A range holds its planned figure, and half of what is drawn lies on each side.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import polars as pl

from urbium.catalogue import Catalogue
from urbium.errors import Fault, InputError, counted
from urbium.plan.problem.roadmap import Roadmap

__all__ = ["Ranges", "ranges"]

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
    capital : project, low, high: millions; operation is taken to move in the same proportion
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
            absent = [column for column in schema if column not in table.columns]
            if absent:
                raise InputError(
                    f"no column {', '.join(absent)}",
                    place=f"ranges of {name}",
                    remedy=f"it has {', '.join(schema)}",
                )
            shaped = table.select(pl.col(column).cast(kind) for column, kind in schema.items())
            object.__setattr__(self, name, shaped)

    def __repr__(self) -> str:
        return (
            f"Ranges of {self.effects.height:,} effects, {self.capital.height:,} costs and "
            f"{self.needs.height:,} needs"
        )

    def check(self, roadmap: Roadmap) -> None:
        """Raise one InputError with every fault, when the ranges do not fit the roadmap; else do nothing."""
        faults = [fault for name in _TABLES for fault in self._faults(name, roadmap)]
        if faults:
            raise InputError(
                f"the ranges have {counted(faults)}",
                place="ranges",
                remedy="correct each one named",
                faults=faults,
            )

    def factors(self, name: str, roadmap: Roadmap) -> pl.DataFrame:
        """Return low and high of a table as factors of the planned figure, in the order of the roadmap.

        Columns: the keys, ``low``, ``high``; 1 where nothing is uncertain.
        """
        table, column = _OWN[name]
        keys = list(_TABLES[name])[:-2]
        planned = getattr(roadmap, table).select(*keys, planned=column)
        joined = planned.join(getattr(self, name), on=keys, how="left", maintain_order="left")
        known = pl.col("low").is_not_null() & (pl.col("planned") != 0)
        found: pl.DataFrame = joined.select(
            *keys,
            *(
                pl.when(known).then(pl.col(end) / pl.col("planned")).otherwise(1.0).alias(end)
                for end in ("low", "high")
            ),
        )
        return found

    def _faults(self, name: str, roadmap: Roadmap) -> Iterator[Fault]:
        table, column = _OWN[name]
        keys = list(_TABLES[name])[:-2]
        own = getattr(self, name)
        planned = getattr(roadmap, table).select(*keys, planned=column)
        highest = math.inf if name == "capital" else 1.0
        twice = own.filter(own.select(keys).is_duplicated()).unique(keys, maintain_order=True)
        for row in twice.iter_rows(named=True):
            yield self._fault(name, keys, row, "stands more than once", "keep one row")
        for row in own.join(planned, on=keys, how="left", maintain_order="left").iter_rows(named=True):
            low, high, middle = row["low"], row["high"], row["planned"]
            if middle is None:
                yield self._fault(name, keys, row, "is not in the roadmap", "leave it out")
            elif not all(each is not None and math.isfinite(each) for each in (low, high)):
                yield self._fault(name, keys, row, "has no finite low and high", "give both as numbers")
            elif not 0 <= low <= high <= highest + _ROUNDING:
                limit = "" if name == "capital" else " and at most 1"
                yield self._fault(
                    name, keys, row, f"{low:g} to {high:g} is no range", f"low first, from 0 on{limit}"
                )
            elif not low - _ROUNDING <= middle <= high + _ROUNDING:
                told = f"{low:g} to {high:g} leaves out the planned {middle:g}"
                yield self._fault(name, keys, row, told, "widen the range, or plan with a figure inside it")
            elif middle == 0 and high > 0:
                told = "is planned as 0 and could be more"
                yield self._fault(name, keys, row, told, "plan with a figure above 0")

    def _fault(self, name: str, keys: list[str], row: Mapping[str, object], text: str, remedy: str) -> Fault:
        what = ",".join(str(row[key]) for key in keys)
        return Fault("error", f"{what}: {text}", remedy, rule="range", sheet=f"ranges of {name}", cell=what)


def ranges(catalogue: Catalogue, roadmap: Roadmap) -> Ranges:
    """Return the ranges that the catalogue gives for a roadmap made of it.

    The low and high figures of an effect, and those of the cost per head, are taken in proportion to the
    middle one, from which the roadmap's own figure was made; what the roadmap assumes besides (people,
    exchange rate, coverage) is not varied. Effects stay at most 1. Projects that are no solution of the
    catalogue are certain, and so are all needs.
    """
    proportion = {}
    for each in catalogue.effects:
        middle = (each.low + each.high) / 2
        if each.indicator_code and middle > 0:
            proportion[each.solution, each.indicator_code] = (each.low / middle, each.high / middle)
    spread = {
        code: math.sqrt(each.capital_high / each.capital_low)
        for code, each in catalogue.solutions.items()
        if each.capital_low > 0
    }
    solution = dict(roadmap.projects.select("project", "solution").iter_rows())
    effects = [
        (project, indicator, effect * pair[0], max(min(effect * pair[1], 1.0), effect))
        for project, indicator, effect in roadmap.effects.select("project", "indicator", "effect").iter_rows()
        if effect > 0 and (pair := proportion.get((solution[project], indicator))) is not None
    ]
    capital = [
        (project, amount / factor, amount * factor)
        for project, code, amount in roadmap.projects.select("project", "solution", "capital").iter_rows()
        if amount > 0 and (factor := spread.get(code)) is not None
    ]
    return Ranges(
        effects=pl.DataFrame(effects, schema=_TABLES["effects"], orient="row"),
        capital=pl.DataFrame(capital, schema=_TABLES["capital"], orient="row"),
        note="low and high of the catalogue, in proportion to the middle that the roadmap was made with",
    )
