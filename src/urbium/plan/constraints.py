r"""The limits of a programme as rows of a linear model: one function a limit, each with its formula.

The variables are those of :mod:`urbium.plan.layout`. Rows carry names that a person can read:
``budget[340100,2017]``, ``precedence[A<-B,2018]``.

References: Williams, *Model Building in Mathematical Programming*, chapters 9-10 (disaggregated precedence);
Wolsey, *Integer Programming* (started-by variables).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from urbium.plan.layout import NEVER, Floats, Integers, Layout
from urbium.plan.roadmap import NATIONWIDE

__all__ = [
    "LIMITS",
    "Rows",
    "all_rows",
    "alternative",
    "attainment",
    "budget",
    "committed",
    "exclusion",
    "forbidden",
    "foreign_in_all",
    "foreign_of_project",
    "fund_limit",
    "fund_share",
    "funding",
    "mandatory",
    "precedence",
    "start_limit",
    "started",
]


_Part = tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]
"""Entries of rows that belong together: row, column, value; single numbers are repeated."""


@dataclass(frozen=True)
class Rows:
    """Rows of one limit: entries (row, column, value), bounds, and a name for each row when asked."""

    limit: str
    row: Integers
    column: Integers
    value: Floats
    lower: Floats
    upper: Floats
    labels: Callable[[], Sequence[str]]

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.lower)

    def names(self) -> list[str]:
        """Return the rows' names: the limit, and in brackets what it is about."""
        return [f"{self.limit}[{label}]" for label in self.labels()]


def _rows(
    limit: str,
    parts: Sequence[_Part],
    *,
    count: int,
    lower: npt.ArrayLike = -np.inf,
    upper: npt.ArrayLike = np.inf,
    labels: Callable[[], Sequence[str]],
) -> Rows:
    """Join parts (row, column, value); entries of a column that does not exist fall away."""
    shaped = [
        np.broadcast_arrays(np.asarray(r), np.asarray(c), np.asarray(v, dtype=float)) for r, c, v in parts
    ]
    row, column, value = (
        np.concatenate([part[k].ravel() for part in shaped] or [np.empty(0)]) for k in range(3)
    )
    real = (column != NEVER) & (value != 0)
    return Rows(
        limit,
        row[real].astype(np.int64),
        column[real].astype(np.int64),
        value[real],
        np.broadcast_to(np.asarray(lower, dtype=float), (count,)).copy(),
        np.broadcast_to(np.asarray(upper, dtype=float), (count,)).copy(),
        labels,
    )


# What may be chosen


def started(lay: Layout) -> Rows:
    r"""What is started stays started: :math:`X_{pt} \ge X_{p,t-1}`."""
    project, year = np.nonzero(
        (lay.start != NEVER) & (np.arange(lay.years) <= lay.last_start[:, None]) & (np.arange(lay.years) > 0)
    )
    number = np.arange(len(project))
    parts = [(number, lay.by(project, year), 1.0), (number, lay.by(project, year - 1), -1.0)]
    codes = lay.roadmap.projects["project"]
    return _rows(
        "started",
        parts,
        count=len(project),
        lower=0.0,
        labels=lambda: [
            f"{codes[int(p)]},{lay.roadmap.years[int(t)]}" for p, t in zip(project, year, strict=True)
        ],
    )


def precedence(lay: Layout) -> Rows:
    r"""A prerequisite is finished, and its lag passed, before the start: :math:`X_{pt} \le X_{q,t-d_q-l}`.

    One row a year (disaggregated); years in which p can no longer start have none.
    """
    table = lay.roadmap.hard_prerequisites
    after = np.array([lay.number[p] for p in table["project"]], dtype=np.int64)
    before = np.array([lay.number[p] for p in table["requires"]], dtype=np.int64)
    wait = (lay.build[before] if len(before) else before) + table["lag"].to_numpy().astype(np.int64)
    rule, year = (axis.ravel() for axis in np.indices((table.height, lay.years)))
    keep = year <= lay.last_start[after[rule]] if len(rule) else np.zeros(0, dtype=bool)
    rule, year = rule[keep], year[keep]
    number = np.arange(len(rule))
    parts = [
        (number, lay.by(after[rule], year), 1.0),
        (number, lay.by(before[rule], year - wait[rule]), -1.0),
    ]
    names = [f"{p}<-{q}" for p, q in table.select("project", "requires").iter_rows()]
    return _rows(
        "precedence",
        parts,
        count=len(rule),
        upper=0.0,
        labels=lambda: [
            f"{names[int(r)]},{lay.roadmap.years[int(t)]}" for r, t in zip(rule, year, strict=True)
        ],
    )


def _of_groups(lay: Layout, table: pl.DataFrame) -> tuple[list[str], list[_Part]]:
    groups = table["group"].unique(maintain_order=True).to_list()
    number = {group: k for k, group in enumerate(groups)}
    row = np.array([number[g] for g in table["group"]], dtype=np.int64)
    project = np.array([lay.number[p] for p in table["project"]], dtype=np.int64)
    return groups, [(row, lay.by(project, lay.years - 1), 1.0)]


def exclusion(lay: Layout) -> Rows:
    r"""At most one project of a group is chosen: :math:`\sum_{p} X_{pT} \le 1`."""
    groups, parts = _of_groups(lay, lay.roadmap.exclusions)
    return _rows("exclusion", parts, count=len(groups), upper=1.0, labels=lambda: groups)


def alternative(lay: Layout) -> Rows:
    r"""At least one project of a group is chosen: :math:`\sum_{p} X_{pT} \ge 1`."""
    groups, parts = _of_groups(lay, lay.roadmap.alternatives)
    return _rows("alternative", parts, count=len(groups), lower=1.0, labels=lambda: groups)


def _with_status(lay: Layout, status: str) -> tuple[Integers, list[str]]:
    table = lay.roadmap.projects
    found = np.flatnonzero((table["status"] == status).to_numpy())
    return found, [table["project"][int(p)] for p in found]


def mandatory(lay: Layout) -> Rows:
    r"""A mandatory project is chosen, in any year: :math:`X_{pT} \ge 1`."""
    found, names = _with_status(lay, "mandatory")
    parts: list[_Part] = [(np.arange(len(found)), lay.by(found, lay.years - 1), 1.0)]
    return _rows("mandatory", parts, count=len(found), lower=1.0, labels=lambda: names)


def forbidden(lay: Layout) -> Rows:
    r"""A forbidden project is not chosen: :math:`X_{pT} \le 0`."""
    found, names = _with_status(lay, "forbidden")
    parts: list[_Part] = [(np.arange(len(found)), lay.by(found, lay.years - 1), 1.0)]
    return _rows("forbidden", parts, count=len(found), upper=0.0, labels=lambda: names)


def committed(lay: Layout) -> Rows:
    r"""A committed project starts in its given year s: :math:`X_{ps} - X_{p,s-1} \ge 1`."""
    found, names = _with_status(lay, "committed")
    start = lay.roadmap.projects["start"].to_numpy()[found].astype(np.int64) - lay.roadmap.years[0]
    number = np.arange(len(found))
    parts = [(number, lay.by(found, start), 1.0), (number, lay.by(found, start - 1), -1.0)]
    return _rows("committed", parts, count=len(found), lower=1.0, labels=lambda: names)


def _named(place: str) -> str:
    return "nation" if place == NATIONWIDE else place


def start_limit(lay: Layout) -> Rows:
    r"""No more than n projects start in a place and year: :math:`\sum_p (X_{pt} - X_{p,t-1}) \le n`."""
    table = lay.roadmap.start_limits
    parts = []
    for row, (place, year) in enumerate(table.select("place", "year").iter_rows()):
        t = year - lay.roadmap.years[0]
        within = (
            np.ones(len(lay.city), dtype=bool)
            if place == NATIONWIDE
            else (lay.roadmap.projects["city"] == place).to_numpy()
        )
        project = np.flatnonzero(within & (lay.last_start >= t))
        parts += [(row, lay.by(project, t), 1.0), (row, lay.by(project, t - 1), -1.0)]
    labels = [f"{_named(place)},{year}" for place, year in table.select("place", "year").iter_rows()]
    return _rows(
        "start_limit", parts, count=table.height, upper=table["most"].to_numpy(), labels=lambda: labels
    )


# What it does


def attainment(lay: Layout) -> Rows:
    r"""No more is closed than projects attain: :math:`\sum_s y_{cits} \le \sum_p v_{pi} X_{p,t-d_p-l_{pi}}`.

    The segments' widths end at the gap's ceiling; with falling slopes the concave worth needs no binaries.
    """
    road = lay.roadmap
    linked = road.effects.join(
        road.projects.select("project", "city"), on="project", how="left", maintain_order="left"
    ).join(lay.gaps.select("city", "indicator", "gap"), on=["city", "indicator"], maintain_order="left")
    project = np.array([lay.number[p] for p in linked["project"]], dtype=np.int64)
    gap, effect = linked["gap"].to_numpy().astype(np.int64), linked["effect"].to_numpy()
    wait = (lay.build[project] if len(project) else project) + linked["lag"].to_numpy().astype(np.int64)
    link, year = (axis.ravel() for axis in np.indices((linked.height, lay.years)))
    rows = np.arange(lay.gaps.height * lay.years).reshape(-1, lay.years)
    parts: list[_Part] = [
        (rows[:, :, None], lay.closing, 1.0),
        (gap[link] * lay.years + year, lay.by(project[link], year - wait[link]), -effect[link]),
    ]
    return _rows(
        "attainment",
        parts,
        count=rows.size,
        upper=0.0,
        labels=lambda: lay.year_labels(
            [f"{c}:{i}" for c, i in lay.gaps.select("city", "indicator").iter_rows()]
        ),
    )


# What it costs


def funding(lay: Layout) -> Rows:
    r"""All capital of a group and year is paid.

    .. math:: \sum_f g_{Gft} = \sum_{p \in G} \frac{k_p}{d_p} (X_{pt} - X_{p,t-d_p})
    """
    project, year, column, amount = lay.building
    pair_group = lay.eligible[0]
    rows = np.arange(lay.groups.height * lay.years).reshape(-1, lay.years)
    parts: list[_Part] = [
        (rows[pair_group], lay.money, 1.0),
        (lay.group[project] * lay.years + year, column, -amount),
    ]
    return _rows(
        "funding",
        parts,
        count=rows.size,
        lower=0.0,
        upper=0.0,
        labels=lambda: lay.year_labels([lay.group_name(g) for g in range(lay.groups.height)]),
    )


def _spent_by_group(lay: Layout, wanted: Integers, factor: Floats) -> tuple[Integers, Integers, Floats]:
    """Entries of ``factor x capital of group wanted[r]`` in rows r x years + t."""
    project, year, column, amount = lay.building
    order = np.argsort(lay.group[project], kind="stable")
    project, year, column, amount = project[order], year[order], column[order], amount[order]
    group = lay.group[project]
    first, last = np.searchsorted(group, wanted, "left"), np.searchsorted(group, wanted, "right")
    repeat = np.repeat(np.arange(len(wanted)), last - first)
    entry = (
        np.arange(len(repeat))
        - np.repeat(np.cumsum(last - first) - (last - first), last - first)
        + first[repeat]
    )
    return repeat * lay.years + year[entry], column[entry], factor[repeat] * amount[entry]


def fund_share(lay: Layout) -> Rows:
    r"""A fund pays at most its share of a group's capital.

    .. math:: g_{Gft} \le \sigma_f \sum_{p \in G} \frac{k_p}{d_p} (X_{pt} - X_{p,t-d_p})

    Funds that may pay all have no row.
    """
    group, fund, share = lay.eligible
    capped = np.flatnonzero(share < 1)
    row, column, amount = _spent_by_group(lay, group[capped], share[capped])
    rows = np.arange(len(capped) * lay.years).reshape(-1, lay.years)
    funds = lay.roadmap.funds["fund"]
    heads = [(int(group[k]), funds[int(fund[k])]) for k in capped]
    return _rows(
        "fund_share",
        [(rows, lay.money[capped], 1.0), (row, column, -amount)],
        count=rows.size,
        upper=0.0,
        labels=lambda: lay.year_labels([f"{lay.group_name(g)},{name}" for g, name in heads]),
    )


def _foreign_pairs(lay: Layout) -> npt.NDArray[np.bool_]:
    return lay.roadmap.funds["is_foreign"].to_numpy()[lay.eligible[1]].astype(bool)


def foreign_of_project(lay: Layout) -> Rows:
    r"""Foreign funds (F) pay at most a project's foreign share.

    .. math:: \sum_{f \in F} g_{Gft} \le \varphi_G \sum_{p \in G} \frac{k_p}{d_p} (X_{pt} - X_{p,t-d_p})
    """
    foreign = _foreign_pairs(lay)
    limit = lay.groups["foreign_share_max"].to_numpy()
    capped = np.array([g for g in np.unique(lay.eligible[0][foreign]) if limit[g] < 1], dtype=np.int64)
    number = {int(g): k for k, g in enumerate(capped)}
    pairs = np.flatnonzero(foreign & np.isin(lay.eligible[0], capped))
    own = np.array([number[int(g)] for g in lay.eligible[0][pairs]], dtype=np.int64)
    row, column, amount = _spent_by_group(lay, capped, limit[capped])
    rows = np.arange(len(capped) * lay.years).reshape(-1, lay.years)
    parts: list[_Part] = [
        (rows[own] if len(own) else rows[:0], lay.money[pairs], 1.0),
        (row, column, -amount),
    ]
    return _rows(
        "foreign_of_project",
        parts,
        count=rows.size,
        upper=0.0,
        labels=lambda: lay.year_labels([lay.group_name(int(g)) for g in capped]),
    )


def foreign_in_all(lay: Layout) -> Rows:
    r"""Foreign funds (F) pay at most a share of each year's capital.

    .. math:: \sum_{G, f \in F} g_{Gft} \le \Phi \sum_{G,f} g_{Gft}
    """
    share, foreign = lay.roadmap.settings.foreign_share_max, _foreign_pairs(lay)
    count = lay.years if share < 1 and foreign.any() else 0
    parts: list[_Part] = (
        [(np.arange(lay.years)[None, :], lay.money, (foreign - share)[:, None])] if count else []
    )
    return _rows(
        "foreign_in_all",
        parts,
        count=count,
        upper=0.0,
        labels=lambda: [str(y) for y in lay.roadmap.years][:count],
    )


def budget(lay: Layout) -> Rows:
    r"""A place pays at most its budget.

    .. math:: \sum_{G, f \text{ of the place}} g_{Gft} + \sum_p o_p X_{p,t-d_p} \le B_t

    Operation counts to the city or to the nation, as the settings say.
    """
    road, table = lay.roadmap, lay.roadmap.budgets
    payer = road.funds["payer"].to_numpy()[lay.eligible[1]]
    city_of_pair = lay.groups["city"].to_numpy()[lay.eligible[0]]
    city_of_project = road.projects["city"].to_numpy()
    project, year, column, amount = lay.running
    row_of = {(place, y): k for k, (place, y) in enumerate(table.select("place", "year").iter_rows())}
    parts: list[_Part] = []
    place_of_pair = np.where(payer == "nation", NATIONWIDE, np.where(payer == "city", city_of_pair, ""))
    parts.append(
        (
            _find(row_of, place_of_pair, road.years),
            np.where(_find(row_of, place_of_pair, road.years) < 0, NEVER, lay.money),
            1.0,
        )
    )
    by_city = road.settings.operation_by == "city"
    place = city_of_project if by_city else np.full(len(city_of_project), NATIONWIDE)
    rows = _find(row_of, place, road.years)[project, year] if len(project) else np.empty(0, dtype=np.int64)
    parts.append((rows, np.where(rows < 0, NEVER, column), amount))
    return _rows(
        "budget",
        parts,
        count=table.height,
        upper=table["amount"].to_numpy(),
        labels=lambda: [f"{_named(place)},{y}" for place, y in table.select("place", "year").iter_rows()],
    )


def fund_limit(lay: Layout) -> Rows:
    r"""A fund pays at most its yearly limit in all places: :math:`\sum_G g_{Gft} \le L_{ft}`."""
    road, table = lay.roadmap, lay.roadmap.fund_limits
    row_of = {(fund, y): k for k, (fund, y) in enumerate(table.select("fund", "year").iter_rows())}
    rows = _find(row_of, road.funds["fund"].to_numpy()[lay.eligible[1]], road.years)
    return _rows(
        "fund_limit", [(rows, np.where(rows < 0, NEVER, lay.money), 1.0)], count=table.height,
        upper=table["amount"].to_numpy(),
        labels=lambda: [f"{fund},{y}" for fund, y in table.select("fund", "year").iter_rows()],
    )  # fmt: skip


def _find(row_of: dict[tuple[str, int], int], places: npt.NDArray[np.object_], years: range) -> Integers:
    """Rows of each place and year, -1 where no limit stands: (places, years)."""
    memory: dict[str, list[int]] = {}
    for place in places:
        if place not in memory:
            memory[place] = [row_of.get((place, y), -1) for y in years]
    return np.array([memory[place] for place in places], dtype=np.int64).reshape(len(places), len(years))


LIMITS: tuple[Callable[..., Rows], ...] = (
    started, precedence, exclusion, alternative, mandatory, forbidden, committed, start_limit, attainment,
    funding, fund_share, foreign_of_project, foreign_in_all, budget, fund_limit,
)  # fmt: skip
"""Every limit of the whole programme, in the order of the model's rows."""


def all_rows(lay: Layout) -> Iterator[Rows]:
    """Yield the rows of every limit."""
    yield from (limit(lay) for limit in LIMITS)
