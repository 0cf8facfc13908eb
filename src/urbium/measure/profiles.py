"""City profiles: one city by an index: its levels, best and worst sides, peers, and way to the targets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.errors import InputError, NotFoundError
from urbium.explanation import Explanation
from urbium.measure.index import Scores
from urbium.measure.review.peers import CITY_SIZES, among_peers, classes, nearest_peers, peers_of_group
from urbium.measure.review.progress import grades, pace, way_done
from urbium.measure.review.standings import nullable, row_position, strengths_and_weaknesses, summary
from urbium.result import Result
from urbium.text import coded, named, sentences, text, texts

_WAYS: Final = ("nearest", "size", "income", "region")
_FIFTHS: Final = ("1", "2", "3", "4", "5")
"""The classes of income, the lowest first; cities of one class are peers."""
_PEERS: Final = 12
_MEDIAN: Final = coded("measure.profile.median", "median of its peers")


@dataclass(frozen=True, kw_only=True, repr=False)
class CityProfile(Result):
    """One city by an index.

    Attributes
    ----------
    table : node, name, score, rank, of; the root and every node below it
    strengths, weaknesses : indicator, name, pillar, rank, of, value, unit
    peers : city, distance (null where peers are those of a group)
    among : how it stands among its peers in every indicator, the table of
        :func:`urbium.measure.review.peers.among_peers`
    progress : indicator, unit, value, target, baseline, since, share (of the way), pace (1: just fast
        enough), grade; of the indicators with a target
    by : what the peers have in common
    reason : why the city has no score; empty when it has one
    """

    stage: ClassVar[str] = "profile"
    city: str
    by: str
    strengths: pl.DataFrame
    weaknesses: pl.DataFrame
    peers: pl.DataFrame
    among: pl.DataFrame
    progress: pl.DataFrame
    names: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""

    def __repr__(self) -> str:
        name = self.names.get(self.city, self.city)
        summary = texts(
            "City profile of {city} with {count} peer ({by})",
            "City profile of {city} with {count:,} peers ({by})",
            count=self.peers.height,
            city=name,
            by=self.by,
        )
        if not self.reason:
            return summary.render()
        return sentences([summary, text("no score: {reason}", reason=self.reason)]).render()

    def record(self) -> dict[str, Any]:
        """Return all its tables as plain mappings and lists."""
        parts = ("strengths", "weaknesses", "peers", "among", "progress")
        return {**super().record(), **{name: getattr(self, name).to_dicts() for name in parts}}

    def explain(self, key: str) -> Explanation:
        """Say how the city stands among its peers in the indicator ``key``.

        Raises NotFoundError, with the nearest name, when there is no such indicator.
        """
        indicators = self.among["indicator"].to_list()
        if key not in indicators:
            raise NotFoundError.named("indicator", key, indicators)
        row = self.among.row(by_predicate=pl.col("indicator") == key, named=True)
        place = (
            text(
                "rank {rank} of {ranked} among the city and its peers ({by})",
                rank=row["rank"],
                ranked=row["of"],
                by=self.by,
            )
            if row["rank"]
            else text("not ranked")
        )
        return Explanation(
            coded(
                "measure.profile.indicator",
                "{indicator}, {city}",
                indicator=self.said(row["name"]),
                city=self.names.get(self.city, self.city),
            ),
            row["value"],
            kind="indicator" if row["value"] is not None else "missing",
            note=place,
            children=(Explanation(_MEDIAN, row["median"], kind="setting"),),
        )


def city_profile(
    scores: Scores,
    city: str,
    features: pl.DataFrame,
    *,
    by: str = "nearest",
    earlier: Scores | None = None,
    target_year: int | None = None,
    count: int = 5,
) -> CityProfile:
    """Draw the profile of a city.

    Parameters
    ----------
    scores : of an index
    city : a code that was measured
    features : table with the columns city, people, income and region, null where not known; of any cities
    by : what makes cities peers: ``nearest`` (in the logarithms of people and income), ``size`` (classes of
        people), ``income`` (fifths), or ``region``
    earlier : scores of an earlier year, for the progress since then
    target_year : when the benchmarks are to be reached; without it no pace is told
    count : the most strengths, and weaknesses

    Raises
    ------
    NotFoundError : no such city
    InputError : no such way to find peers
    """
    raw = scores.build.raw
    at = row_position(city, raw.rows)
    if by not in _WAYS:
        raise InputError(
            coded("measure.profile.no_peers", "peers cannot be chosen by {by!r}", by=by),
            remedy=text("write one of {names:list}", names=list(_WAYS)),
        )
    measured = pl.DataFrame({"city": raw.rows}).join(features, on="city", how="left", maintain_order="left")
    nearest = _peers(measured, at, by)
    leaves = {name: scores.catalogue.indicators[name] for name in raw.columns}
    names = {name: named(leaf.name, name) for name, leaf in leaves.items()}
    sides = strengths_and_weaknesses(
        raw,
        city,
        count=count,
        names=names,
        units={name: leaf.unit for name, leaf in leaves.items()},
    )
    nodes = scores.build.layout.nodes
    levels = {node.id: named(node.name, node.id) for node in nodes}
    return CityProfile(
        table=summary(
            city,
            raw.rows,
            [node.id for node in nodes],
            scores.build.scores,
            names=levels,
        ),
        settings={"index": scores.index.id, "period": scores.period, "city": city, "by": by},
        messages={str(name): name for name in (*levels.values(), *names.values())},
        city=city,
        by=by,
        strengths=sides.strengths,
        weaknesses=sides.weaknesses,
        peers=pl.DataFrame(
            {"city": [raw.rows[place] for place, _ in nearest], "distance": [apart for _, apart in nearest]},
            schema={"city": pl.String, "distance": pl.Float64},
        ),
        among=among_peers(raw, city, [place for place, _ in nearest], names=names),
        progress=_progress(scores, earlier, at, target_year),
        names=scores.names,
        reason=scores.said(scores.table.filter(pl.col("city") == city)["reason"].item()),
    )


def _peers(measured: pl.DataFrame, at: int, by: str) -> list[tuple[int, float | None]]:
    """Return the positions of the peers, and how far each lies."""
    numbers = measured.select(pl.col("people", "income").cast(pl.Float64)).fill_null(np.nan).to_numpy()
    if by == "nearest":
        usable = np.where(numbers > 0, numbers, np.nan)
        peers = nearest_peers(np.log(usable), measured["city"].to_list(), count=_PEERS)
        pairs = zip(peers.positions[at].tolist(), peers.distances[at].tolist(), strict=True)
        return [(place, apart) for place, apart in pairs if place >= 0]
    match by:
        case "size":
            groups = classes(numbers[:, 0], CITY_SIZES)
        case "income":
            groups = classes(numbers[:, 1], _fifths(numbers[:, 1]), _FIFTHS)
        case _:
            groups = measured["region"].to_numpy()
    return [(int(place), None) for place in peers_of_group(groups, at)]


def _fifths(income: NDArray[np.float64]) -> list[float]:
    """Return the bounds of fifths, moved apart by the least where they coincide."""
    incomes = income[~np.isnan(income)]
    bounds = np.quantile(incomes, (0.2, 0.4, 0.6, 0.8)) if len(incomes) else np.arange(1.0, 5.0)
    for place in range(1, len(bounds)):
        bounds[place] = max(bounds[place], np.nextafter(bounds[place - 1], np.inf))
    return [float(bound) for bound in bounds]


def _progress(scores: Scores, earlier: Scores | None, at: int, target_year: int | None) -> pl.DataFrame:
    raw = scores.build.raw
    nothing = np.full(len(raw.columns), np.nan)
    before = nothing
    if earlier is not None and raw.rows[at] in earlier.build.raw.rows:
        before = earlier.build.raw.values[earlier.build.raw.rows.index(raw.rows[at])]
    since = scores.period if earlier is None else earlier.period
    years = {
        "elapsed": np.full((1, len(raw.columns)), float(scores.period - since)),
        "horizon": np.full((1, len(raw.columns)), float((target_year or since) - since)),
    }
    first, latest = before[None, :], raw.values[[at]]
    moved = pace(first, latest, raw.targets, raw.directions, by="change", **years)
    return pl.DataFrame(
        {
            "indicator": raw.columns,
            "unit": [scores.catalogue.indicators[name].unit for name in raw.columns],
            "value": nullable(latest[0]),
            "target": nullable(raw.targets),
            "baseline": nullable(before),
            "since": [since] * len(raw.columns),
            "share": nullable(way_done(latest, first, raw.targets, raw.directions)[0]),
            "pace": nullable(moved[0]),
            "grade": [str(grade) for grade in grades(moved, first, latest, raw.targets, raw.directions)[0]],
        },
        schema_overrides={"indicator": pl.String, "unit": pl.String, "grade": pl.String},
    ).drop_nulls("target")
