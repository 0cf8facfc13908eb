r"""How alike the plans of cities are, why, and what is doubled within a city.

Two cities are alike by the share of solutions that both have among those that either has (Jaccard 1901). The
average over all pairs is set beside what chance would give, when each city took as many of its candidates at
random,

.. math:: E|A \cap B| = \sum_s \frac{n_A}{m_A} \frac{n_B}{m_B}

over the solutions s that are candidates in both (n chosen of m candidates; that expectation is set against
that of the union, which gives a little less than the expected similarity), and beside what benefit-cost
ratios would give, when each city took as many of those candidates that gain most by themselves for their
cost. How far the same candidates are best everywhere is measured by a single standard list for all cities,
the solutions by the share of their candidates that chose them: the share of all choices that the first n of
the list would reproduce.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import polars as pl

from urbium import charts
from urbium.columns import schema_of
from urbium.errors import NotFoundError, nearest
from urbium.explanation import Explanation, Kind
from urbium.plan.result.benefit_cost import benefit_cost_ratios
from urbium.plan.result.overlap import overlaps
from urbium.plan.result.plan import Plan
from urbium.plan.variables import Floats, Integers, Variables
from urbium.result import Result
from urbium.text import Text, coded, sentences, text

_NEAREST = 5


@dataclass(frozen=True, kw_only=True)
class Similarity(Result):
    """How alike the plans of cities are.

    Parameters
    ----------
    table : one row a city with projects: city, projects, alike (mean similarity to the others), nearest,
        likeness (to the nearest), same (other cities with the very same solutions), group (number of the
        group of cities with the same solutions; null alone), in_list (share of its solutions that one list
        for all cities gives it), in_merit (share of its solutions that are among its best by themselves)
    solutions : solution, cities (that chose it), candidates (cities that might), share
    overlaps : kind, city, what, projects, attained, ceiling, lost: what is doubled within a city
    alike : average similarity of all pairs of cities, 0 to 1
    alike_in_time : the same, when a solution counts as shared only if it starts in the same year
    by_chance, by_merit : what chance, and what the merit of candidates by themselves, would give
    in_list, in_merit : share of all choices that one list for all cities, or each city's own merit, gives
    pairs : similarity of each two cities, (cities, cities)
    """

    stage: ClassVar[str] = "similarity"
    plan: Plan
    solutions: pl.DataFrame
    overlaps: pl.DataFrame
    alike: float
    alike_in_time: float
    by_chance: float
    by_merit: float
    in_list: float
    in_merit: float
    pairs: Floats

    def __repr__(self) -> str:
        return text(
            "Similarity of {cities:,} cities' plans: {mean:.2f} on average ({chance:.2f} by "
            "chance); a single standard list would reproduce {listed:.0%} of the selected "
            "projects; cities with the same plan as another: {same:,}; overlaps: {overlaps:,}",
            cities=self.table.height,
            mean=self.alike,
            chance=self.by_chance,
            listed=self.in_list,
            same=self.table["same"].gt(0).sum(),
            overlaps=self.overlaps.height,
        ).render()

    @property
    def facts(self) -> Mapping[str, Any]:
        """The averages over all pairs of cities."""
        return {
            "alike": self.alike,
            "alike_in_time": self.alike_in_time,
            "by_chance": self.by_chance,
            "by_merit": self.by_merit,
            "in_list": self.in_list,
            "in_merit": self.in_merit,
            "lost_by_overlap": float(self.overlaps["lost"].sum()),
        }

    def chart(self) -> dict[str, Any]:
        """Return the solutions by the share of their candidates that chose them: 1 is everywhere."""
        return charts.ranking(
            self.solutions, label="solution", value="share", figures=".0%",
            title=text("How often each solution is chosen where it is a candidate"),
            value_title=text("Share of the cities where the solution is a candidate"),
        )  # fmt: skip

    def explain(self, key: str) -> Explanation:
        """Say which cities' plans are similar to a city's, and where its own projects overlap."""
        cities = self.table["city"].to_list()
        if key not in cities:
            raise NotFoundError(
                coded("plan.similarity.no_project", "the plan contains no projects in {city!r}", city=key),
                remedy=nearest(key, cities),
            )
        row = self.table.filter(pl.col("city") == key).row(0, named=True)
        number = cities.index(key)
        order = [int(k) for k in np.argsort(-self.pairs[number], kind="stable") if int(k) != number][
            :_NEAREST
        ]
        chosen = self.plan.table.group_by("city").agg("solution")
        sets = {city: set(names) for city, names in chosen.iter_rows()}
        closest = tuple(
            Explanation(
                coded("plan.similarity.to", "similarity to {city}", city=cities[k]),
                float(self.pairs[number, k]),
                text("of the two cities' solutions are in both plans"),
                kind=Kind.PROJECT,
                note=_difference(sets[key], sets[cities[k]]),
            )
            for k in order
        )
        overlaps = self.overlaps.filter(pl.col("city") == key).iter_rows(named=True)
        return Explanation(
            coded(
                "plan.similarity.of", "the plan for {city} compared with those for the other cities", city=key
            ),
            row["alike"],
            text("similarity on average"),
            kind=Kind.PROJECT,
            note=sentences(
                [
                    text(
                        "a single standard list would reproduce {share:.0%} of its solutions",
                        share=row["in_list"],
                    ),
                    text(
                        "{share:.0%} are among the solutions with the best benefit-cost ratios in the city",
                        share=row["in_merit"],
                    ),
                ]
            ),
            children=(*closest, *(_overlap(overlap) for overlap in overlaps)),
        )


def _overlap(overlap: Mapping[str, Any]) -> Explanation:
    return Explanation(
        coded("plan.similarity.overlap", "overlap: {what}", what=overlap["what"]),
        overlap["lost"],
        text("plan benefit lost"),
        kind=Kind.LIMIT,
        note=text(
            "{kind}: {projects}",
            kind=overlap["kind"], projects=overlap["projects"]
        ),
    )  # fmt: skip


def _difference(mine: set[str], other: set[str]) -> Text:
    """Say what two cities' plans do not share."""
    here, there = sorted(mine - other), sorted(other - mine)
    if not here and not there:
        return text("the same solutions")
    none = text("none")
    return sentences(
        [
            text("only here: {solutions:list}", solutions=here or [none]),
            text("only there: {solutions:list}", solutions=there or [none]),
        ]
    )


def similarity(plan: Plan) -> Similarity:
    """Say how alike the plans of cities are, by what, and what is doubled within a city.

    Cities without projects are left out; with fewer than two cities nothing is alike, and averages are 0.
    """
    lay = Variables(plan.roadmap)
    start = lay.start_indices(plan.table)
    solutions = sorted(set(plan.roadmap.projects["solution"]))
    number = {name: k for k, name in enumerate(solutions)}
    kind = np.array([number[s] for s in plan.roadmap.projects["solution"]], dtype=np.int64)
    may = _table(lay, kind, (plan.roadmap.projects["status"] != "forbidden").to_numpy(), len(solutions))
    chosen = _table(lay, kind, start >= 0, len(solutions))
    here = np.flatnonzero(chosen.any(axis=1))
    timed = _table(lay, kind * lay.years + start, start >= 0, len(solutions) * lay.years)
    shares = chosen.sum(axis=0) / np.maximum((may | chosen).sum(axis=0), 1)
    listed = _table(lay, kind, _first(lay, shares[kind], start), len(solutions))
    best = _table(lay, kind, _first(lay, benefit_cost_ratios(lay), start), len(solutions))
    pairs, cities = jaccard(chosen[here]), plan.roadmap.cities["city"].to_list()
    counts = pl.DataFrame(
        {"solution": solutions, "cities": chosen.sum(axis=0), "candidates": may.sum(axis=0), "share": shares}
    )
    return Similarity(
        table=_cities([cities[k] for k in here], chosen[here], pairs, listed[here], best[here]),
        plan=plan,
        solutions=counts.sort("share", descending=True, maintain_order=True),
        overlaps=overlaps(plan, lay, start),
        alike=_average(pairs),
        alike_in_time=_average(jaccard(timed[here])),
        by_chance=_average(_chance(may[here], chosen[here])),
        by_merit=_average(jaccard(best[here])),
        in_list=_shared(chosen, listed),
        in_merit=_shared(chosen, best),
        pairs=pairs,
    )


def _shared(chosen: npt.NDArray[np.bool_], given: npt.NDArray[np.bool_]) -> float:
    """Return the share of what is chosen that is also given; 0 when nothing is chosen."""
    return float((chosen & given).sum() / max(chosen.sum(), 1))


def _table(
    lay: Variables, column: Integers, wanted: npt.NDArray[np.bool_], columns: int
) -> npt.NDArray[np.bool_]:
    """Return whether a city has a wanted project in a column: (cities, columns)."""
    has_project = np.zeros((lay.roadmap.cities.height, columns), dtype=bool)
    has_project[lay.city[wanted], column[wanted]] = True
    return has_project


def jaccard(sets: npt.NDArray[np.bool_]) -> Floats:
    """Return the share that each two rows have in common of what either has; 1 where both are empty.

    >>> jaccard(np.array([[True, True, False], [True, False, True]])).round(2).tolist()
    [[1.0, 0.33], [0.33, 1.0]]
    """
    member = sets.astype(np.float64)
    both = member @ member.T
    size = member.sum(axis=1)
    either = size[:, None] + size[None, :] - both
    share: Floats = np.divide(both, either, out=np.ones_like(both), where=either > 0)
    return share


def _average(pairs: Floats) -> float:
    """Average over pairs of different cities; 0 when there is no pair."""
    count = len(pairs)
    return float((pairs.sum() - np.trace(pairs)) / (count * (count - 1))) if count > 1 else 0.0


def _chance(may: npt.NDArray[np.bool_], chosen: npt.NDArray[np.bool_]) -> Floats:
    """Return the similarity to expect when each city takes as many of its candidates at random."""
    size = chosen.sum(axis=1).astype(np.float64)
    odds = np.where(may | chosen, (size / np.maximum((may | chosen).sum(axis=1), 1))[:, None], 0.0)
    both = odds @ odds.T
    return np.asarray(both / np.maximum(size[:, None] + size[None, :] - both, 1e-12))


def _first(lay: Variables, order: Floats, start: Integers) -> npt.NDArray[np.bool_]:
    """Mark as many projects of each city as it chose: the highest that are not forbidden."""
    wanted = np.bincount(lay.city[start >= 0], minlength=lay.roadmap.cities.height)
    barred = (lay.roadmap.projects["status"] == "forbidden").to_numpy() & (start < 0)
    rank = np.lexsort((np.where(barred, np.inf, -order), lay.city))
    city = lay.city[rank]
    place = np.arange(len(rank)) - np.searchsorted(city, city, "left")
    marked = np.zeros(len(rank), dtype=bool)
    marked[rank] = (place < wanted[city]) & ~barred[rank]
    return marked


def _cities(
    names: Sequence[str],
    chosen: npt.NDArray[np.bool_],
    pairs: Floats,
    listed: npt.NDArray[np.bool_],
    best: npt.NDArray[np.bool_],
) -> pl.DataFrame:
    """Return one row a city: size, similarity to the others and to the nearest, its group, what gives it."""
    size = chosen.sum(axis=1)
    table = pl.DataFrame(
        {
            "city": list(names),
            "projects": size,
            "in_list": (chosen & listed).sum(axis=1) / size,
            "in_merit": (chosen & best).sum(axis=1) / size,
            "key": [row.tobytes().hex() for row in chosen],
        },
        schema=schema_of("city projects in_list in_merit key"),
    )
    others = pairs - 2 * np.eye(len(pairs))
    is_pair = len(pairs) > 1
    closest = others.argmax(axis=1) if is_pair else []
    same = pl.len().over("key") - 1
    return (
        table.with_columns(
            alike=pl.Series((pairs.sum(axis=1) - 1) / (len(pairs) - 1), dtype=pl.Float64)
            if is_pair
            else pl.lit(None, pl.Float64),
            nearest=pl.Series([names[int(k)] for k in closest], dtype=pl.String)
            if is_pair
            else pl.lit(None, pl.String),
            likeness=pl.Series(others.max(axis=1), dtype=pl.Float64) if is_pair else pl.lit(None, pl.Float64),
            same=same.cast(pl.Int64),
        )
        .with_columns(group=pl.when(pl.col("same") > 0).then(pl.col("key")).rank("dense").cast(pl.Int64))
        .select("city", "projects", "alike", "nearest", "likeness", "same", "group", "in_list", "in_merit")
    )
