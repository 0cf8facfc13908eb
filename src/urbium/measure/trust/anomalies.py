"""Anomalies: flags on figures that look copied, carried forward or helped over a threshold.

A flag is a question to a city, never a verdict: it changes no score. Each says on what evidence it rests, and
how likely that is by coincidence.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

import polars as pl

from urbium.errors import NotFoundError, few, nearest
from urbium.explanation import Explanation
from urbium.measure.index import Scores
from urbium.measure.trust.duplicates import carried_flags, copied_flags, shared_figures, twin_flags
from urbium.measure.trust.thresholds import benchmark_heaps, coverage_flags, heap_flags, limit_heaps
from urbium.measure.trust.watch import Flag, Watch, flag_messages, flag_table, kind_words
from urbium.model import Status, Variable
from urbium.observations.in_force import figures_in_force
from urbium.result import Result
from urbium.text import coded, sentences, text

_CLOSE = Watch()
_CHANCE = coded("measure.anomalies.chance", "probability by coincidence")
_NOWHERE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, repr=False)
class Anomalies(Result):
    """Flags on figures and cities.

    Attributes
    ----------
    table : kind ("copied as a whole", "same figure", "same figures of two cities", "carried forward", "just
        past a threshold", "just enough reported"), city (null where the flag is on several), cities, subject
        (the variable, indicator or index), period, value, evidence, chance (0 to 1, over all that was looked
        at together; null where it is not known), note
    names : what people call the cities, by code
    """

    stage: ClassVar[str] = "anomalies"
    names: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        if not self.table.height:
            return text("Anomalies: nothing is flagged").render()
        counts = self.table.group_by("kind", maintain_order=True).len()
        return text(
            "Anomalies: {counts:list}",
            counts=[
                text("{count} {kind}", count=count, kind=kind_words(kind))
                for kind, count in counts.iter_rows()
            ],
        ).render()

    def explain(self, key: str) -> Explanation:
        """Say which flags there are on the city with the code ``key``.

        Raises NotFoundError when there is none.
        """
        flags = self.table.filter(pl.col("cities").list.contains(key))
        if not flags.height:
            flagged = self.table["cities"].explode(empty_as_null=False).unique().to_list()
            raise NotFoundError(
                coded("measure.not_flagged", "nothing is flagged for {city!r}", city=key),
                remedy=nearest(key, flagged),
            )
        title = coded(
            "measure.anomalies.city",
            "{city}, {count} flag",
            "{city}, {count} flags",
            count=flags.height,
            city=self.names.get(key, key),
        )
        return _listed(title, flags, self.names, self.said)

    def explain_all(self, most: int = 20) -> Explanation:
        """Say what is flagged, the first ``most`` of it, and on what evidence each flag rests."""
        return _listed(repr(self), self.table.head(most), self.names, self.said)


def figure_anomalies(
    observations: pl.DataFrame,
    variables: Mapping[str, Variable],
    *,
    groups: Mapping[str, str] = _NOWHERE,
    watch: Watch = _CLOSE,
) -> Anomalies:
    """Flag figures that are shared by cities, repeated over the years or heaped at a limit.

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`; suspect figures are looked at
        too, projections are not. Of several figures for one city, variable, boundary and period the one in
        force counts, a suspect one only where there is no other.
    variables : what is declared, by id
    groups : the province (or other group) of each city, where it is known
    watch : how closely to look; its numbers are assumptions
    """
    table = (
        figures_in_force(observations, variables, also=[Status.SUSPECT])
        .select("city", "variable", "area", "period", "value", "unit")
        .sort("variable", "area", "period", "city")
    )
    flags = list(_on_figures(table, variables, groups, watch))
    return Anomalies(table=flag_table(flags), settings=_settings(watch), messages=flag_messages(flags))


def score_anomalies(scores: Scores, *, watch: Watch = _CLOSE) -> Anomalies:
    """Flag indicators heaped just past a benchmark or step of points, and cities that report just enough."""
    flags = [*heap_flags(list(benchmark_heaps(scores, watch)), watch), *coverage_flags(scores)]
    return Anomalies(table=flag_table(flags), settings=_settings(watch), messages=flag_messages(flags))


def _listed(
    what: str, flags: pl.DataFrame, names: Mapping[str, str], said: Callable[[str], str]
) -> Explanation:
    """Say of each flag on what evidence it rests, and how likely that is by coincidence."""
    return Explanation(
        what,
        kind="setting",
        note=text("flags are questions, not verdicts"),
        children=tuple(
            Explanation(
                coded(
                    "measure.anomalies.flag",
                    "{kind}: {subject}",
                    kind=kind_words(row["kind"]),
                    subject=row["subject"],
                ),
                row["value"],
                period=said(row["period"]),
                kind="observation",
                note=sentences([said(row["evidence"]), said(row["note"])]),
                children=tuple(_details(row, names)),
            )
            for row in flags.iter_rows(named=True)
        ),
    )


def _details(flag: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Explanation]:
    cities = [names.get(city, city) for city in flag["cities"] or []]
    count = coded("measure.cities", "{count} city", "{count:,} cities", count=len(cities))
    yield Explanation(count, few(cities), kind="setting")
    if flag["chance"] is not None:
        yield Explanation(_CHANCE, flag["chance"], kind="setting")


def _on_figures(
    table: pl.DataFrame, variables: Mapping[str, Variable], groups: Mapping[str, str], watch: Watch
) -> Iterator[Flag]:
    shared = shared_figures(table)
    limits = {
        name: tuple(limit for limit in (variable.hard_min, variable.hard_max) if limit is not None)
        for name, variable in variables.items()
    }
    yield from copied_flags(table, shared, groups, watch)
    yield from twin_flags(table, shared, watch)
    yield from carried_flags(table, limits, watch)
    unit_of = pl.col("variable").replace_strict(
        {name: variable.unit for name, variable in variables.items()}, default=None, return_dtype=pl.String
    )
    yield from heap_flags(list(limit_heaps(table.filter(unit_of == pl.col("unit")), variables, watch)), watch)


def _settings(watch: Watch) -> Mapping[str, Any]:
    return MappingProxyType(asdict(watch))
