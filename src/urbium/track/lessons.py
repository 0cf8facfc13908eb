"""Lessons: what finished projects did, each city beside its synthetic control, and the effect then.

Nothing here changes a declared effect: a lesson is a proposal that somebody adopts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Final

import numpy as np
import polars as pl

from urbium.columns import schema_of
from urbium.errors import InputError
from urbium.model import Effect
from urbium.result import Result
from urbium.text import Text, coded, sentences, text, texts
from urbium.track.effect_update import EffectUpdate, update_effect
from urbium.track.synthetic_control import LEAST_BEFORE, Comparison, compare
from urbium.units import range_words, to_four_figures

_PERCENT: Final = "pct"
_POINTS: Final = "pp"
_NOBODY: Final = text("its figures have a gap, or there are none before the project")
_ROWS: Final = schema_of("city begin effect error p_value fit earlier donors counts reason")


@dataclass(frozen=True, slots=True)
class Finished:
    """A project that was finished in a city, and the years that tell of it.

    Parameters
    ----------
    city : its code
    before : the last year before the work began
    begin : the first year in which all of it can have an effect; years between tell nothing
    """

    city: str
    before: int
    begin: int


@dataclass(frozen=True, kw_only=True)
class Lessons(Result):
    """What a solution did to a variable where it was finished, beside what is declared.

    Parameters
    ----------
    table : city, begin, effect and error (in the declared direction and unit), p_value (rank among
        placebos), fit (root mean square before), earlier (placebo in time), donors, counts, reason (why it
        does not count)
    effect : as declared
    variable : the figure that was looked at
    update : the effect with what was observed; None where no city counts
    comparisons : of each row with figures, by city and begin
    """

    stage: ClassVar[str] = "lessons"
    effect: Effect = field(repr=False)
    variable: str
    update: EffectUpdate | None
    comparisons: Mapping[tuple[str, int], Comparison] = field(repr=False)

    def __repr__(self) -> str:
        head = texts(
            "{solution}, {variable}: {count} finished project ({counts:,} can be judged)",
            "{solution}, {variable}: {count:,} finished projects ({counts:,} can be judged)",
            count=self.table.height, solution=self.effect.solution, variable=self.variable,
            counts=self.table["counts"].sum()
        )  # fmt: skip
        return sentences([head, self.proposal]).render()

    @property
    def range(self) -> tuple[float, float] | None:
        """The range to declare: that of the update, not below zero; None where there is none."""
        if self.update is None or self.update.high <= 0:
            return None
        return max(self.update.low, 0.0), self.update.high

    @property
    def proposal(self) -> Text:
        """What is proposed, in words."""
        declared = self.effect
        if self.update is None:
            return text("no city can be judged, so nothing is proposed")
        if self.range is None:
            return text(
                "the cities moved against the declared direction; retire the effect rather than "
                "narrow its range"
            )
        return text(
            "proposed {range} instead of {before}",
            range=range_words(*self.range, declared.unit, to_four_figures),
            before=range_words(declared.low, declared.high, declared.unit, to_four_figures),
        )

    @property
    def facts(self) -> Mapping[str, Any]:
        """The declared range, the observed mean and the proposed range."""
        low, high = self.range or (None, None)
        return {
            "solution": self.effect.solution,
            "indicator": str(self.effect.indicator),
            "variable": self.variable,
            "unit": self.effect.unit,
            "direction": self.effect.direction,
            "declared_low": self.effect.low,
            "declared_high": self.effect.high,
            "cities": int(self.table["counts"].sum()),
            "mean": None if self.update is None else self.update.mean,
            "between": None if self.update is None else self.update.between,
            "low": low,
            "high": high,
        }

    @property
    def notes(self) -> tuple[Text, ...]:
        """How it was estimated, and what is assumed."""
        return (
            text(
                "Each city is compared with a weighted mean of cities that do not have the project "
                "but previously developed in the same way. For the p-value, each of these cities "
                "is treated in turn as the project city: the p-value is the share of all the "
                "cities, including the project city, whose figures moved away from their "
                "comparison at least as much."
            ),
            text("The declared and the proposed ranges are assumed to hold for 90% of cities."),
        )


def learn(
    effect: Effect,
    variable: str,
    finished: Sequence[Finished],
    panel: pl.DataFrame,
    begun: Sequence[str],
    *,
    learnt: Mapping[str, str] = MappingProxyType({}),
) -> Lessons:
    """Compare every city that finished a project with cities that never began one, and update the effect.

    Parameters
    ----------
    effect : as declared: in per cent or in points, up or down
    variable : that is looked at
    finished : projects
    panel : city, year, value: figures in force of the variable
    begun : cities that have or had such a project; none of them is compared with
    learnt : lessons that the declared range rests on already, by city; they do not count again

    Raises InputError for an effect in another unit than per cent or points.
    """
    if effect.unit not in (_PERCENT, _POINTS):
        raise InputError(
            coded("track.lesson.unit", "an effect in {unit} cannot be read from figures", unit=effect.unit),
            place=f"{effect.solution}, {effect.indicator}",
            remedy=text("declare it in per cent (pct) or in percentage points (pp)"),
        )
    rows, comparisons = [], {}
    for one in finished:
        comparison = None if one.city in learnt else _compared(one, panel, begun)
        if comparison is not None:
            comparisons[one.city, one.begin] = comparison
            rows.append(_row(comparison, effect))
            continue
        reason = _NOBODY
        if one.city in learnt:
            name = learnt[one.city]
            reason = text("the declared range is already based on this city (lesson {name})", name=name)
        rows.append((one.city, one.begin, *[None] * 5, 0, False, reason.render()))
    table = pl.DataFrame(rows, schema=dict(_ROWS), orient="row").sort("city", "begin")
    counted = table.filter("counts")
    update = None
    if counted.height:
        update = update_effect(
            effect.low, effect.high, counted["effect"].to_list(), counted["error"].to_list()
        )
    return Lessons(table=table, effect=effect, variable=variable, update=update, comparisons=comparisons)


def _row(one: Comparison, effect: Effect) -> tuple[Any, ...]:
    sign = 1.0 if effect.direction == "up" else -1.0
    # a share of what would have been, or points: as the effect is declared
    after = np.array(one.years) >= one.begin
    scale = 1.0 if effect.unit == _POINTS else 100 / float(np.abs(one.synthetic[after]).mean() or np.nan)
    doubt, error = one.doubt, one.spread * scale
    counts = doubt is None and bool(np.isfinite(error)) and error > 0
    reason = "" if doubt is None else doubt.render()
    earlier = None if one.earlier is None else sign * one.earlier * scale
    return (
        one.city, one.begin, sign * one.effect * scale, error, one.p_value, one.error * scale, earlier,
        len(one.donors), counts, reason,
    )  # fmt: skip


def _compared(one: Finished, panel: pl.DataFrame, begun: Sequence[str]) -> Comparison | None:
    """Compare a city over the years of which it has figures, with all cities that have them, too."""
    mine = panel.filter(city=one.city)["year"].sort().to_list()
    years = [year for year in mine if year <= one.before or year >= one.begin]
    before = [year for year in years if year <= one.before]
    if len(before) < LEAST_BEFORE or len(before) == len(years):
        return None
    wide = (
        panel.filter(pl.col("year").is_in(years)).pivot(on="city", index="year", values="value").sort("year")
    )
    donors = [
        city
        for city in sorted(wide.columns)
        if city not in ("year", *begun, one.city) and not wide[city].null_count()
    ]
    if not donors:
        return None
    values = wide.select(one.city, *donors).to_numpy()
    return compare(one.city, tuple(donors), tuple(years), values, one.begin)
