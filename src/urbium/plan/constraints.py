r"""The limits of a programme as rows of a linear model: one function a limit, each with its formula.

Columns. :math:`X_{pt}` (binary): project p is started by the end of year t; it exists from the first to the
last year in which p may start, is 0 before and keeps its last value after. :math:`y_{cits}`: what is closed
of segment s of the gap of city c in indicator i. :math:`g_{Gft}`: what fund f pays in year t for group G;
a group is the projects of one city with the same terms (eligible funds, largest foreign share), so that a
split of the group's money is a split of each project's money in the same proportions: nothing is lost.

Rows carry names that a person can read: ``budget[340100,2017]``, ``precedence[A<-B,2018]``.

References: Williams, *Model Building in Mathematical Programming*, chapters 9-10 (disaggregated precedence);
Wolsey, *Integer Programming* (started-by variables).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from urbium.plan.roadmap import NATIONWIDE, Roadmap

__all__ = [
    "LIMITS",
    "Layout",
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

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_NEVER = -1


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
    parts: Sequence[tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]],
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
    real = (column != _NEVER) & (value != 0)
    return Rows(
        limit,
        row[real].astype(np.int64),
        column[real].astype(np.int64),
        value[real],
        np.broadcast_to(np.asarray(lower, dtype=float), (count,)).copy(),
        np.broadcast_to(np.asarray(upper, dtype=float), (count,)).copy(),
        labels,
    )


@dataclass(frozen=True)
class Layout:
    """Where each variable of the model stands, and the roadmap as arrays.

    ``start`` (projects, years) holds the column of :math:`X_{pt}`, or -1 before the first year in which a
    project may start; after the last it repeats the last. Order of columns: starts, closing, money.
    """

    roadmap: Roadmap
    number: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "number", {p: k for k, p in enumerate(self.roadmap.projects["project"])})

    # Projects

    @cached_property
    def years(self) -> int:
        """How many plan years there are."""
        return len(self.roadmap.years)

    @cached_property
    def build(self) -> Integers:
        """Build years of each project."""
        return self.roadmap.projects["build_years"].to_numpy().astype(np.int64)

    @cached_property
    def capital(self) -> Floats:
        """Capital of each project, in millions."""
        return self.roadmap.projects["capital"].to_numpy()

    @cached_property
    def operation(self) -> Floats:
        """Yearly operation of each project, in millions."""
        return self.roadmap.projects["operation"].to_numpy()

    @cached_property
    def last_start(self) -> Integers:
        """The last year index in which a project may start and still be finished; below 0 for never."""
        return np.asarray(self.years - self.build)

    @cached_property
    def start(self) -> Integers:
        """Columns of the start variables, (projects, years)."""
        count = np.clip(self.last_start + 1, 0, self.years)
        first = np.cumsum(count) - count
        year = np.arange(self.years)
        column = first[:, None] + np.minimum(year, count[:, None] - 1)
        return np.where(count[:, None] > 0, column, _NEVER)

    @cached_property
    def starts(self) -> int:
        """How many start variables there are."""
        return int(np.clip(self.last_start + 1, 0, self.years).sum())

    def by(self, project: npt.ArrayLike, year: npt.ArrayLike) -> Integers:
        """Columns of "started by" for pairs of project and year index; -1 (nothing) before the first year."""
        projects, years = np.broadcast_arrays(np.asarray(project), np.asarray(year))
        return np.where(years >= 0, self.start[projects, np.clip(years, 0, self.years - 1)], _NEVER)

    @cached_property
    def building(self) -> tuple[Integers, Integers, Integers, Floats]:
        """Capital of each year as (project, year, column, amount): ``capital / build x (X_t - X_{t-build})``."""
        project, year = (axis.ravel() for axis in np.indices((len(self.build), self.years)))
        rate = (self.capital / self.build)[project]
        begun, ended = self.by(project, year), self.by(project, year - self.build[project])
        column, amount = np.concatenate([begun, ended]), np.concatenate([rate, -rate])
        keep = (column != _NEVER) & (amount != 0) & np.concatenate([begun != ended, begun != ended])
        return np.tile(project, 2)[keep], np.tile(year, 2)[keep], column[keep], amount[keep]

    @cached_property
    def running(self) -> tuple[Integers, Integers, Integers, Floats]:
        """Operation of each year as (project, year, column, amount): ``operation x X_{t-build}``."""
        project, year = (axis.ravel() for axis in np.indices((len(self.build), self.years)))
        column, amount = self.by(project, year - self.build[project]), self.operation[project]
        keep = (column != _NEVER) & (amount != 0)
        return project[keep], year[keep], column[keep], amount[keep]

    @cached_property
    def city(self) -> Integers:
        """The city of each project, as a row number of the roadmap's cities."""
        return self.city_number(self.roadmap.projects["city"])

    def city_number(self, names: pl.Series) -> Integers:
        """Row numbers of the cities called so."""
        known = {code: k for k, code in enumerate(self.roadmap.cities["city"])}
        return np.array([known[name] for name in names], dtype=np.int64)

    # Gaps

    @cached_property
    def discount(self) -> Floats:
        """What closing in each year counts, 1 in the first."""
        return (1 + self.roadmap.settings.discount_rate) ** -np.arange(self.years, dtype=float)

    @cached_property
    def gaps(self) -> pl.DataFrame:
        """The gaps that some project affects, with ``gap`` (number) and ``worth`` (weight x need)."""
        road = self.roadmap
        touched = road.effects.join(road.projects.select("project", "city"), on="project")
        return (
            road.gaps.join(
                touched.select("city", "indicator").unique(),
                on=["city", "indicator"],
                how="semi",
                maintain_order="left",
            )
            .join(
                road.cities.select("city", city_weight="weight"), on="city", how="left", maintain_order="left"
            )
            .join(
                road.indicators.select("indicator", "weight"),
                on="indicator",
                how="left",
                maintain_order="left",
            )
            .with_columns(worth=pl.col("city_weight") * pl.col("weight") * pl.col("need"))
            .with_row_index("gap")
        )

    @cached_property
    def widths(self) -> Floats:
        """Width of each segment of each gap, cut at the gap's ceiling: (gaps, segments)."""
        end = np.cumsum(self.roadmap.curve.sort("segment")["width"].to_numpy())
        end = np.minimum(end, self.gaps["ceiling"].to_numpy()[:, None])
        return np.diff(end, axis=1, prepend=0.0)

    @cached_property
    def slopes(self) -> Floats:
        """Worth of each segment, per unit closed."""
        return self.roadmap.curve.sort("segment")["slope"].to_numpy()

    @cached_property
    def closing(self) -> Integers:
        """Columns of the closing variables, (gaps, years, segments)."""
        shape = (self.gaps.height, self.years, len(self.slopes))
        return self.starts + np.arange(int(np.prod(shape))).reshape(shape)

    # Money

    @cached_property
    def _terms(self) -> tuple[Integers, pl.DataFrame]:
        """The group of each project, and the groups: number, city, fund models, largest foreign share."""
        road = self.roadmap
        local = "city" if road.funds.filter(pl.col("payer") == "city").height else "finance_models"
        keys = list(dict.fromkeys([local, "finance_models", "foreign_share_max"]))
        groups = road.projects.select(*dict.fromkeys(["city", *keys])).unique(
            keys, keep="first", maintain_order=True
        )
        groups = groups.with_row_index("group")
        joined = road.projects.select(keys).join(groups, on=keys, how="left", maintain_order="left")
        return joined["group"].to_numpy().astype(np.int64), groups

    @property
    def group(self) -> Integers:
        """The group of each project."""
        return self._terms[0]

    @property
    def groups(self) -> pl.DataFrame:
        """The groups of projects with the same terms: group, city, finance_models, foreign_share_max."""
        return self._terms[1]

    @cached_property
    def eligible(self) -> tuple[Integers, Integers, Floats]:
        """Pairs (group, fund) in which the fund may pay, and its largest share."""
        funds = [
            (k, set(m.split(";")) - {""}, s)
            for k, (m, s) in enumerate(self.roadmap.funds.select("finance_models", "share_max").iter_rows())
        ]
        pairs = [
            (group, fund, share)
            for group, text in enumerate(self.groups["finance_models"])
            for fund, models, share in funds
            if models & set(text.split(";")) and share > 0
        ]
        group, fund, share = (list(column) for column in zip(*pairs, strict=True)) if pairs else ([], [], [])
        return np.array(group, dtype=np.int64), np.array(fund, dtype=np.int64), np.array(share, dtype=float)

    @cached_property
    def money(self) -> Integers:
        """Columns of the money variables, (eligible pairs, years)."""
        pairs = len(self.eligible[0])
        return self.starts + self.closing.size + np.arange(pairs * self.years).reshape(pairs, self.years)

    @property
    def columns(self) -> int:
        """How many variables there are in all."""
        return self.starts + self.closing.size + self.money.size

    def objective(self) -> Floats:
        """Value of each column: discounted worth of closing, minus the small price of spending."""
        value = np.zeros(self.columns)
        worth = self.gaps["worth"].to_numpy()
        value[self.closing] = worth[:, None, None] * self.discount[None, :, None] * self.slopes[None, None, :]
        for _, year, column, amount in (self.building, self.running):
            np.add.at(value, column, -self.roadmap.settings.spending_price * self.discount[year] * amount)
        return value

    def upper(self) -> Floats:
        """Upper bound of each column; all lower bounds are 0."""
        bound = np.full(self.columns, np.inf)
        bound[: self.starts] = 1.0
        bound[self.closing] = self.widths[:, None, :]
        return bound

    def column_names(self) -> list[str]:
        """Return a readable name of each column."""
        road, names = self.roadmap, [""] * self.columns
        for project, row, last in zip(road.projects["project"], self.start, self.last_start, strict=True):
            for t in range(min(int(last) + 1, self.years)):
                names[row[t]] = f"started[{project},{road.years[t]}]"
        for (city, indicator), table in zip(
            self.gaps.select("city", "indicator").iter_rows(), self.closing, strict=True
        ):
            for t, segments in enumerate(table):
                for s, column in enumerate(segments):
                    names[column] = f"closed[{city},{indicator},{road.years[t]},{s + 1}]"
        for (group, fund), row in zip(zip(*self.eligible[:2], strict=True), self.money, strict=True):
            about = self.group_name(int(group))
            for t, column in enumerate(row):
                names[column] = f"paid[{about},{road.funds['fund'][int(fund)]},{road.years[t]}]"
        return names

    def group_name(self, group: int) -> str:
        """Return a readable name of a group: its city and its finance models."""
        city, models, share = self._group_keys[group]
        return f"{city},{models.replace(';', '+')}{'' if share == 1 else f'/{share:g}'}"

    @cached_property
    def _group_keys(self) -> list[tuple[str, str, float]]:
        return self.groups.select("city", "finance_models", "foreign_share_max").rows()

    def year_labels(self, heads: Sequence[str]) -> list[str]:
        """Return ``head,year`` for each head and year, years running fastest."""
        return [f"{head},{year}" for head in heads for year in self.roadmap.years]


# What may be chosen


def started(lay: Layout) -> Rows:
    r"""What is started stays started: :math:`X_{pt} \ge X_{p,t-1}`."""
    project, year = np.nonzero(
        (lay.start != _NEVER) & (np.arange(lay.years) <= lay.last_start[:, None]) & (np.arange(lay.years) > 0)
    )
    number = np.arange(len(project))
    parts = [(number, lay.by(project, year), 1.0), (number, lay.by(project, year - 1), -1.0)]
    codes = lay.roadmap.projects["project"]
    return _rows(
        "started", parts, count=len(project), lower=0.0,
        labels=lambda: [f"{codes[int(p)]},{lay.roadmap.years[int(t)]}" for p, t in zip(project, year, strict=True)],
    )  # fmt: skip


def precedence(lay: Layout) -> Rows:
    r"""A prerequisite is finished, and its lag passed, before the start: :math:`X_{pt} \le X_{q,t-d_q-l}`.

    One row a year (disaggregated); years in which p cannot start, or cannot start later than before, have none.
    """
    table = lay.roadmap.prerequisites
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
        "precedence", parts, count=len(rule), upper=0.0,
        labels=lambda: [f"{names[int(r)]},{lay.roadmap.years[int(t)]}" for r, t in zip(rule, year, strict=True)],
    )  # fmt: skip


def _of_groups(lay: Layout, table: pl.DataFrame) -> tuple[list[str], list[tuple[Integers, Integers, float]]]:
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
    parts = [(np.arange(len(found)), lay.by(found, lay.years - 1), 1.0)]
    return _rows("mandatory", parts, count=len(found), lower=1.0, labels=lambda: names)


def forbidden(lay: Layout) -> Rows:
    r"""A forbidden project is not chosen: :math:`X_{pT} \le 0`."""
    found, names = _with_status(lay, "forbidden")
    parts = [(np.arange(len(found)), lay.by(found, lay.years - 1), 1.0)]
    return _rows("forbidden", parts, count=len(found), upper=0.0, labels=lambda: names)


def committed(lay: Layout) -> Rows:
    r"""A committed project starts in its given year s: :math:`X_{ps} - X_{p,s-1} \ge 1`."""
    found, names = _with_status(lay, "committed")
    start = lay.roadmap.projects["start"].to_numpy()[found].astype(np.int64) - lay.roadmap.years[0]
    number = np.arange(len(found))
    parts = [(number, lay.by(found, start), 1.0), (number, lay.by(found, start - 1), -1.0)]
    return _rows("committed", parts, count=len(found), lower=1.0, labels=lambda: names)


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
    labels = [f"{place},{year}" for place, year in table.select("place", "year").iter_rows()]
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
    parts = [
        (rows[:, :, None], lay.closing, 1.0),
        (gap[link] * lay.years + year, lay.by(project[link], year - wait[link]), -effect[link]),
    ]
    return _rows(
        "attainment", parts, count=rows.size, upper=0.0,
        labels=lambda: lay.year_labels([f"{c}:{i}" for c, i in lay.gaps.select("city", "indicator").iter_rows()]),
    )  # fmt: skip


# What it costs


def funding(lay: Layout) -> Rows:
    r"""All capital of a group and year is paid: :math:`\sum_f g_{Gft} = \sum_{p \in G} k_p/d_p (X_{pt} - X_{p,t-d_p})`."""
    project, year, column, amount = lay.building
    pair_group = lay.eligible[0]
    rows = np.arange(lay.groups.height * lay.years).reshape(-1, lay.years)
    parts = [(rows[pair_group], lay.money, 1.0), (lay.group[project] * lay.years + year, column, -amount)]
    return _rows(
        "funding", parts, count=rows.size, lower=0.0, upper=0.0,
        labels=lambda: lay.year_labels([lay.group_name(g) for g in range(lay.groups.height)]),
    )  # fmt: skip


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
    r"""A fund pays at most its share: :math:`g_{Gft} \le \sigma_f \sum_{p \in G} k_p/d_p (X_{pt} - X_{p,t-d_p})`.

    Funds that may pay all have no row.
    """
    group, fund, share = lay.eligible
    capped = np.flatnonzero(share < 1)
    row, column, amount = _spent_by_group(lay, group[capped], share[capped])
    rows = np.arange(len(capped) * lay.years).reshape(-1, lay.years)
    funds = lay.roadmap.funds["fund"]
    heads = [(int(group[k]), funds[int(fund[k])]) for k in capped]
    return _rows(
        "fund_share", [(rows, lay.money[capped], 1.0), (row, column, -amount)], count=rows.size, upper=0.0,
        labels=lambda: lay.year_labels([f"{lay.group_name(g)},{name}" for g, name in heads]),
    )  # fmt: skip


def _foreign_pairs(lay: Layout) -> npt.NDArray[np.bool_]:
    return lay.roadmap.funds["is_foreign"].to_numpy()[lay.eligible[1]].astype(bool)


def foreign_of_project(lay: Layout) -> Rows:
    r"""Foreign funds pay at most a project's foreign share: :math:`\sum_{f \in F} g_{Gft} \le \varphi_G \sum_{p \in G} k_p/d_p (\dots)`."""
    foreign = _foreign_pairs(lay)
    limit = lay.groups["foreign_share_max"].to_numpy()
    capped = np.array([g for g in np.unique(lay.eligible[0][foreign]) if limit[g] < 1], dtype=np.int64)
    number = {int(g): k for k, g in enumerate(capped)}
    pairs = np.flatnonzero(foreign & np.isin(lay.eligible[0], capped))
    own = np.array([number[int(g)] for g in lay.eligible[0][pairs]], dtype=np.int64)
    row, column, amount = _spent_by_group(lay, capped, limit[capped])
    rows = np.arange(len(capped) * lay.years).reshape(-1, lay.years)
    parts = [(rows[own] if len(own) else rows[:0], lay.money[pairs], 1.0), (row, column, -amount)]
    return _rows(
        "foreign_of_project", parts, count=rows.size, upper=0.0,
        labels=lambda: lay.year_labels([lay.group_name(int(g)) for g in capped]),
    )  # fmt: skip


def foreign_in_all(lay: Layout) -> Rows:
    r"""Foreign funds pay at most a share of each year's capital: :math:`\sum_{G, f \in F} g_{Gft} \le \Phi \sum_{G,f} g_{Gft}`."""
    share, foreign = lay.roadmap.settings.foreign_share_max, _foreign_pairs(lay)
    count = lay.years if share < 1 and foreign.any() else 0
    parts = [(np.arange(lay.years)[None, :], lay.money, (foreign - share)[:, None])] if count else []
    return _rows(
        "foreign_in_all",
        parts,
        count=count,
        upper=0.0,
        labels=lambda: [str(y) for y in lay.roadmap.years][:count],
    )


def budget(lay: Layout) -> Rows:
    r"""A place pays at most its budget: :math:`\sum_{f \text{ of the place}} g_{Gft} + \text{operation}_t \le B_t`.

    Operation counts to the city or to the nation, as the settings say.
    """
    road, table = lay.roadmap, lay.roadmap.budgets
    payer = road.funds["payer"].to_numpy()[lay.eligible[1]]
    city_of_pair = lay.groups["city"].to_numpy()[lay.eligible[0]]
    city_of_project = road.projects["city"].to_numpy()
    project, year, column, amount = lay.running
    row_of = {(place, y): k for k, (place, y) in enumerate(table.select("place", "year").iter_rows())}
    parts: list[tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]] = []
    place_of_pair = np.where(payer == "nation", NATIONWIDE, np.where(payer == "city", city_of_pair, ""))
    parts.append(
        (
            _find(row_of, place_of_pair, road.years),
            np.where(_find(row_of, place_of_pair, road.years) < 0, _NEVER, lay.money),
            1.0,
        )
    )
    by_city = road.settings.operation_by == "city"
    place = city_of_project if by_city else np.full(len(city_of_project), NATIONWIDE)
    rows = _find(row_of, place, road.years)[project, year] if len(project) else np.empty(0, dtype=np.int64)
    parts.append((rows, np.where(rows < 0, _NEVER, column), amount))
    return _rows(
        "budget", parts, count=table.height, upper=table["amount"].to_numpy(),
        labels=lambda: [f"{place if place != NATIONWIDE else 'nation'},{y}" for place, y in table.select("place", "year").iter_rows()],
    )  # fmt: skip


def fund_limit(lay: Layout) -> Rows:
    r"""A fund pays at most its yearly limit in all places: :math:`\sum_G g_{Gft} \le L_{ft}`."""
    road, table = lay.roadmap, lay.roadmap.fund_limits
    row_of = {(fund, y): k for k, (fund, y) in enumerate(table.select("fund", "year").iter_rows())}
    rows = _find(row_of, road.funds["fund"].to_numpy()[lay.eligible[1]], road.years)
    return _rows(
        "fund_limit", [(rows, np.where(rows < 0, _NEVER, lay.money), 1.0)], count=table.height,
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
