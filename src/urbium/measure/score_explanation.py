"""Explanation of a score: the tree from the score of a city down to the cells its figures came from.

Every number that the arithmetic needs stands in the tree as a value, so that a reader can redo it by hand:
weights, goalposts, normalised values, and the observations with their units.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import polars as pl

from urbium.explanation import Explanation, Kind, explain, origin_of
from urbium.measure.aggregate import tree
from urbium.measure.index import Scores
from urbium.measure.indicators import formula_words
from urbium.measure.means import way_words
from urbium.measure.pipeline import Build
from urbium.measure.steps.registry import STEPS, ends_of, step_title, steps_said
from urbium.measure.weighting.registry import weighting_words
from urbium.model import Choice, Indicator, Weighting
from urbium.observations.in_force import SUSPECT, say_lack
from urbium.observations.reasons import GRADES, graded, reason_in_force
from urbium.text import Text, coded, declared, named, sentences, text
from urbium.units import unit_words

_HUNDRED: Final = 100.0
_SCALE: Final = text("of 100")
_TOO_LITTLE: Final = text("too little data for a score, so this part does not count")
_WEIGHT: Final = coded("measure.weight", "weight")
_BENCHMARK: Final = coded("measure.benchmark", "benchmark")
_POINTS: Final = coded("measure.points", "points against the benchmark")
_POINTS_SHARE: Final = coded("measure.points.all", "points against benchmarks")
_OF_FOUR: Final = text("of 4")
_LOWEST: Final = coded("measure.goalpost.lowest", "lowest of the scored cities")
_HIGHEST: Final = coded("measure.goalpost.highest", "highest of the scored cities")
_BETWEEN: Final = coded("measure.goalpost.between", "between lowest and highest")
_IMPUTED: Final = text("an assumption: the figure was not reported")
_STATES: Final[Mapping[str, Text]] = {
    "missing": text("missing"),
    "suspect": GRADES["suspect"],
}
_HIGHER: Final = text("higher is better")
_LOWER: Final = text("lower is better")
Row = Mapping[str, Any]


@explain.register
def explain_score(scores: Scores, city: str) -> Explanation:
    """Explain the score of ``city``, a code that was measured; raise NotFoundError for another."""
    scores.called(city)
    return _Walk(scores, city).root()


class _Walk:
    """Builds the tree of one city from the tables of its scores."""

    def __init__(self, scores: Scores, city: str) -> None:
        self.scores = scores
        self.city = city
        self.names = scores.names
        self.row = scores.table.row(by_predicate=pl.col("city") == city, named=True)
        here = pl.col("city") == city
        self.pillars = {r["node"]: r for r in scores.pillars.filter(here).iter_rows(named=True)}
        self.leaves = {r["indicator"]: r for r in scores.indicators.filter(here).iter_rows(named=True)}
        self.goalposts = {r["indicator"]: r for r in scores.goalposts.iter_rows(named=True)}
        self.used = list(scores.used.filter(here).iter_rows(named=True))
        self.withheld = list(scores.withheld.filter(here).iter_rows(named=True))
        self.layout = tree(scores.index)
        self.scale_unit = _scale_unit(scores.build)

    def root(self) -> Explanation:
        """The score of the city."""
        index = self.scores.index
        row = self.row
        ranked = self.scores.table["rank"].count()
        notes: list[str] = []
        if row["rank"]:
            notes.append(text("rank {rank} of {ranked:,} scored cities", rank=row["rank"], ranked=ranked))
        share_known = text(
            "{share:.0%} of the indicators are known ({needed:.0%} are required)",
            share=row["coverage"],
            needed=index.availability,
        )
        notes.append(self.scores.said(row["reason"]) or share_known)
        notes.append(
            text(
                "{means:list} of the known parts, whose weights are scaled to sum to 1",
                means=list(map(way_words, index.aggregate)),
            )
        )
        if index.weighting.name != Weighting.DECLARED:
            notes.append(weighting_words(index))
        notes.append(text("steps: {steps}", steps=steps_said(index.steps)))
        notes += [declared(index.note)] if index.note else []
        return Explanation(
            what=coded(
                "measure.score.title",
                "{city}, {index}",
                city=self.names.get(self.city, self.city),
                index=named(index.name, index.id),
            ),
            value=row["score"],
            unit=self.scale_unit if row["score"] is not None else "",
            period=str(self.scores.period),
            kind="score",
            note=sentences(notes),
            children=(*_points_of(row), *(self.node(child) for child in self.layout.children[0])),
        )

    def node(self, place: int) -> Explanation:
        """A pillar with what lies below it, or a leaf."""
        node = self.layout.nodes[place]
        if not self.layout.children[place]:
            return self.leaf(node.id)
        row = self.pillars[node.id]
        score = row["score"]
        share_known = text("{share:.0%} of its indicators are known", share=row["coverage"])
        reason = "" if score is not None else _TOO_LITTLE
        return Explanation(
            what=named(node.name, node.id),
            value=score,
            unit=self.scale_unit if score is not None else "",
            kind="score",
            note=sentences([share_known, reason]),
            children=(
                Explanation(_WEIGHT, row["weight"], kind="setting"),
                *_points_of(row),
                *(self.node(child) for child in self.layout.children[place]),
            ),
        )

    def leaf(self, name: str) -> Explanation:
        """An indicator with its goalposts and observations, or why it is missing."""
        indicator = self.scores.catalogue.indicators[name]
        row = self.leaves[name]
        read = indicator
        if row["proxy"]:
            read = self.scores.catalogue.indicators[row["proxy"]]
        withheld = tuple(self.kept_out(indicator)) + (
            tuple(self.kept_out(read)) if read is not indicator else ()
        )
        if row["value"] is None:
            return Explanation(
                what=named(indicator.name, name),
                kind="missing",
                grade=_STATES.get(row["status"], row["status"]),
                note=sentences([self.scores.said(row["reason"]), self.needed(indicator)]),
                children=(
                    Explanation(_WEIGHT, row["weight"], kind="setting"),
                    *(self.scale(name, row) if row["normalised"] is not None else ()),
                    *withheld,
                ),
            )
        oldest, newest = row["oldest"], row["period"]
        return Explanation(
            what=named(indicator.name, name),
            value=row["value"],
            unit=row["unit"],
            period=newest if oldest == newest else text("{first} to {last}", first=oldest, last=newest),
            area=row["area"],
            kind="indicator",
            grade=GRADES.get(row["quality"], row["quality"]),
            note=sentences(
                [formula_words(read, self.scores.catalogue.variables), *_remarks(indicator, read, row)]
            ),
            children=(
                Explanation(_WEIGHT, row["weight"], kind="setting"),
                *self.scale(name, row),
                *self.observations(read, row["area"]),
                *withheld,
            ),
        )

    def scale(self, name: str, row: Row) -> Iterator[Explanation]:
        """What the steps made of the value, and where it lies on the common scale."""
        yield from self.changed(name, row["unit"])
        if row["normalised"] is not None and str(self.normalising(name)) != "min-max":
            way = step_title(self.normalising(name))
            what = coded("measure.score.normalised", "normalised by {step}", step=way)
            yield Explanation(what, row["normalised"], kind="setting")
        else:
            yield from self.between(name, row)
        if row["points"] is not None:
            benchmark = self.scores.catalogue.indicators[name].benchmark
            yield Explanation(_BENCHMARK, benchmark, row["unit"], kind="assumption")
            yield Explanation(_POINTS, row["points"], _OF_FOUR, kind="setting")

    def between(self, name: str, row: Row) -> Iterator[Explanation]:
        """The goalposts and where the value lies between them."""
        posts = self.goalposts[name]
        for end in ("low", "high"):
            if posts[end] is not None:
                holder = self.names.get(posts[f"{end}_city"], posts[f"{end}_city"])
                what = _LOWEST if end == "low" else _HIGHEST
                unit = "" if self.is_rescaled(name) else row["unit"]
                yield Explanation(what, posts[end], unit, kind="setting", note=holder)
        if row["normalised"] is not None:
            yield Explanation(_BETWEEN, row["normalised"], _SCALE, kind="setting")

    def is_rescaled(self, name: str) -> bool:
        """Whether a step before the normalising put an indicator on a scale that has not its unit."""
        column = self.scores.build.raw.columns.index(name)
        for stage in self.scores.build.stages:
            if stage.matrix.is_normalised[column]:
                break
            if STEPS[stage.choice.name].purpose.changes_unit:
                return True
        ways = self.scores.treatment.filter(pl.col("indicator") == name)["way"]
        return any(way not in {"", "winsorise"} for way in ways)

    def changed(self, name: str, unit: str) -> Iterator[Explanation]:
        """Every step before the normalising that changed the value, or filled it in."""
        place = self.scores.build.raw.rows.index(self.city), self.scores.build.raw.columns.index(name)
        value = self.scores.build.raw.values[place]
        for stage in self.scores.build.stages:
            if stage.matrix.is_normalised[place[1]]:
                return
            after = stage.matrix.values[place]
            if not np.isnan(after) and after != value:
                imputed = np.isnan(value)
                note = _IMPUTED if imputed else ""
                kind = Kind.ASSUMPTION if imputed else Kind.SETTING
                yield Explanation(
                    coded("measure.score.after", "after {step}", step=step_title(stage.choice)),
                    float(after),
                    unit if imputed else "",
                    kind=kind,
                    note=note,
                )
            value = after

    def normalising(self, name: str) -> Choice:
        """The step that put an indicator on the common scale."""
        column = self.scores.build.raw.columns.index(name)
        stages = self.scores.build.stages
        return next(stage.choice for stage in stages if stage.matrix.is_normalised[column])

    def observations(self, indicator: Indicator, area: str) -> Iterator[Explanation]:
        """The observations a formula was computed from."""
        for name in dict.fromkeys(indicator.variables):
            for row in self.used:
                if row["variable"] == name and row["area"] == area:
                    yield self.observation(row)

    def kept_out(self, indicator: Indicator) -> Iterator[Explanation]:
        """The suspect figures an indicator could have used, and the newest of those it may not use."""
        for name in dict.fromkeys(indicator.variables):
            rows = [row for row in self.withheld if row["variable"] == name]
            rows.sort(key=lambda row: row["year"], reverse=True)
            suspects = [row for row in rows if row["state"] == SUSPECT]
            shown = suspects if suspects or self.is_known(name) else rows[:1]
            yield from (self.observation(row, why=row["why"]) for row in shown)

    def is_known(self, variable: str) -> bool:
        """Whether any figure of the variable is in force."""
        return any(row["variable"] == variable for row in self.used)

    def observation(self, row: Row, why: str = "") -> Explanation:
        """One observation with its origin."""
        variable = self.scores.catalogue.variables[row["variable"]]
        notes: list[str] = [text("not used: {reason}", reason=say_lack(why))] if why else []
        notes += [note for note in ("" if why else reason_in_force(row), row["reason"]) if note]
        return Explanation(
            what=named(variable.name, variable.id),
            value=row["value"],
            unit=row["unit"],
            period=row["period"],
            area=row["area"],
            kind="observation",
            grade=graded(row["status"], row["quality"]),
            origin=origin_of(row, self.scores.sources),
            note=sentences(notes),
        )

    def needed(self, indicator: Indicator) -> Text:
        """What would give the indicator a value."""
        period, age = self.scores.period, self.scores.index.maximum_age
        used = {row["variable"] for row in self.used}
        lacking = [name for name in dict.fromkeys(indicator.variables) if name not in used]
        suspects = {row["variable"] for row in self.withheld if row["state"] == SUSPECT}
        accept = [name for name in lacking if name in suspects]
        report = [name for name in lacking if name not in suspects]
        span = text("{first} to {last}", first=period - age, last=period) if age else str(period)
        parts = []
        if report:
            parts.append(
                text("required: report {names:list} for {years}", names=self.listed(report), years=span)
            )
        if accept:
            parts.append(
                text("required: correct or accept {names:list}, giving a reason", names=self.listed(accept))
            )
        if not lacking:
            parts.append(text("required: report its figures for one boundary, with a denominator above zero"))
        return sentences(parts)

    def listed(self, names: list[str]) -> list[str]:
        """The names of variables, as people write them."""
        variables = self.scores.catalogue.variables
        return [named(variables[name].name, name) for name in names]


def _scale_unit(built: Build) -> str:
    """Return ``of 100`` where every indicator was put on a scale that ends there, nothing elsewhere."""
    choices = []
    before = built.raw.is_normalised
    for stage in built.stages:
        now = stage.matrix.is_normalised
        choices += [stage.choice] if (now & ~before).any() else []
        before = now
    ends = [ends_of(choice) for choice in choices]
    return _SCALE if ends and all(end is not None and end[1] == _HUNDRED for end in ends) else ""


def _remarks(indicator: Indicator, read: Indicator, row: Row) -> Iterator[str]:
    if read is not indicator:
        name, unit = named(read.name, read.id), unit_words(read.unit)
        yield text("{indicator} ({unit}) is used as a proxy", indicator=name, unit=unit)
    if indicator.direction == 0:
        yield text("this indicator has no direction: it is shown but not scored")
    elif row["normalised"] is None:
        yield text("no score: too little data on this city, or all scored cities are alike")
    else:
        yield _HIGHER if indicator.direction > 0 else _LOWER
    if read.note:
        yield declared(read.note)


def _points_of(row: Row) -> Iterator[Explanation]:
    if row["points"] is not None:
        note = text(
            "{share:.0%} of the indicators with a benchmark were reported", share=row["points_coverage"]
        )
        yield Explanation(_POINTS_SHARE, row["points"], "%", kind="setting", note=note)
