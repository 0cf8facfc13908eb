"""What projects cost, and who may pay it."""

import numpy as np
import numpy.typing as npt

from urbium.plan.problem.roadmap import NATIONWIDE
from urbium.plan.variables import NEVER, Floats, Integers, Layout
from urbium.plan.variables.rows import Part, Rows, find_rows, named, rows_of

__all__ = [
    "budget", "foreign_in_all", "foreign_of_project", "fund_limit", "fund_share", "fund_share_of_budgets",
    "fund_share_of_city", "funding", "outside_of_project",
]  # fmt: skip


def funding(lay: Layout) -> Rows:
    r"""All capital of a group and year is paid.

    .. math:: \sum_f g_{Gft} = \sum_{p \in G} \frac{k_p}{d_p} (X_{pt} - X_{p,t-d_p})
    """
    project, year, column, amount = lay.building
    pair_group = lay.eligible[0]
    rows = np.arange(lay.groups.height * lay.years).reshape(-1, lay.years)
    parts: list[Part] = [
        (rows[pair_group], lay.money, 1.0),
        (lay.group[project] * lay.years + year, column, -amount),
    ]
    return rows_of(
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
    return rows_of(
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
    return _share_of_group(lay, "foreign_of_project", _foreign_pairs(lay), "foreign_share_max")


def outside_of_project(lay: Layout) -> Rows:
    r"""Funds of outside payers (O) pay together at most a project's outside share.

    .. math:: \sum_{f \in O} g_{Gft} \le \omega_G \sum_{p \in G} \frac{k_p}{d_p} (X_{pt} - X_{p,t-d_p})
    """
    outside = (lay.roadmap.funds["payer"] == "outside").to_numpy()[lay.eligible[1]]
    return _share_of_group(lay, "outside_of_project", outside, "outside_share_max")


def _share_of_group(lay: Layout, limit: str, wanted: npt.NDArray[np.bool_], share: str) -> Rows:
    """Rows that the wanted pairs of group and fund pay at most the group's share of its capital."""
    most = lay.groups[share].to_numpy()
    capped = np.array([g for g in np.unique(lay.eligible[0][wanted]) if most[g] < 1], dtype=np.int64)
    number = {int(g): k for k, g in enumerate(capped)}
    pairs = np.flatnonzero(wanted & np.isin(lay.eligible[0], capped))
    own = np.array([number[int(g)] for g in lay.eligible[0][pairs]], dtype=np.int64)
    row, column, amount = _spent_by_group(lay, capped, most[capped])
    rows = np.arange(len(capped) * lay.years).reshape(-1, lay.years)
    parts: list[Part] = [
        (rows[own] if len(own) else rows[:0], lay.money[pairs], 1.0),
        (row, column, -amount),
    ]
    return rows_of(
        limit,
        parts,
        count=rows.size,
        upper=0.0,
        labels=lambda: lay.year_labels([lay.group_name(int(g)) for g in capped]),
    )


def _pairs_of(lay: Layout, funds: Integers) -> tuple[list[tuple[int, int]], Integers, Integers]:
    """Pairs of fund and city in which one of the funds may pay; the row of each eligible pair, and which."""
    city = lay.city_of_group[lay.eligible[0]]
    chosen = np.flatnonzero(np.isin(lay.eligible[1], funds))
    keys = sorted({(int(lay.eligible[1][k]), int(city[k])) for k in chosen})
    number = {key: row for row, key in enumerate(keys)}
    row = np.array([number[int(lay.eligible[1][k]), int(city[k])] for k in chosen], dtype=np.int64)
    return keys, row, chosen


def _pair_names(lay: Layout, keys: list[tuple[int, int]]) -> list[str]:
    road = lay.roadmap
    return [f"{road.cities['city'][city]},{road.funds['fund'][fund]}" for fund, city in keys]


def fund_share_of_city(lay: Layout) -> Rows:
    r"""A fund pays at most its share of a city's capital of a year.

    .. math:: \sum_{G \in c} g_{Gft} \le \sigma^c_f \sum_{p \in c} \frac{k_p}{d_p} (X_{pt} - X_{p,t-d_p})
    """
    share = lay.roadmap.funds["city_share_max"].to_numpy()
    keys, row, pairs = _pairs_of(lay, np.flatnonzero(share < 1))
    rows = np.arange(len(keys) * lay.years).reshape(-1, lay.years)
    parts: list[Part] = [(rows[row] if len(row) else rows[:0], lay.money[pairs], 1.0)]
    project, year, column, amount = lay.building
    for own, (fund, city) in zip(rows, keys, strict=True):
        here = lay.city[project] == city
        parts.append((own[year[here]], column[here], -share[fund] * amount[here]))
    return rows_of(
        "fund_share_of_city",
        parts,
        count=rows.size,
        upper=0.0,
        labels=lambda: lay.year_labels(_pair_names(lay, keys)),
    )


def fund_share_of_budgets(lay: Layout) -> Rows:
    r"""A fund pays in a city, over all years, at most its share of the city's budgets of all years.

    .. math:: \sum_{G \in c} \sum_t g_{Gft} \le \beta_f \sum_t B_{ct}
    """
    limited = lay.roadmap.funds["city_budgets_share_max"]
    keys, row, pairs = _pairs_of(lay, np.flatnonzero(limited.is_not_null().to_numpy()))
    share = limited.fill_null(0.0).to_numpy()
    most = [share[fund] * lay.budgets_of_city[city] for fund, city in keys]
    return rows_of(
        "fund_share_of_budgets",
        [(row[:, None], lay.money[pairs], 1.0)],
        count=len(keys),
        upper=np.array(most),
        labels=lambda: _pair_names(lay, keys),
    )


def foreign_in_all(lay: Layout) -> Rows:
    r"""Foreign funds (F) pay at most a share of each year's capital.

    .. math:: \sum_{G, f \in F} g_{Gft} \le \Phi \sum_{G,f} g_{Gft}
    """
    share, foreign = lay.roadmap.settings.foreign_share_max, _foreign_pairs(lay)
    count = lay.years if share < 1 and foreign.any() else 0
    parts: list[Part] = (
        [(np.arange(lay.years)[None, :], lay.money, (foreign - share)[:, None])] if count else []
    )
    return rows_of(
        "foreign_in_all",
        parts,
        count=count,
        upper=0.0,
        labels=lambda: [str(y) for y in lay.roadmap.years][:count],
    )


def budget(lay: Layout) -> Rows:
    r"""A place pays at most its budget, and what it kept of the years before.

    .. math:: \sum_{G, f \text{ of the place}} g_{Gft} + \sum_p o_p X_{p,t-d_p} + \sum_k \tau_k z_{kt}
              + v_t - \kappa v_{t-1} \le B_t

    Operation counts to the city or to the nation, as the settings say; training :math:`z` to the nation.
    What is unspent, :math:`v_t`, is there again in the next year but for the share :math:`1 - \kappa`.
    Capital rationing by year: Lorie, Savage 1955, *Three problems in rationing capital*; Weingartner 1963.
    """
    road, table = lay.roadmap, lay.roadmap.budgets
    payer = road.funds["payer"].to_numpy()[lay.eligible[1]]
    city_of_pair = lay.groups["city"].to_numpy()[lay.eligible[0]]
    city_of_project = road.projects["city"].to_numpy()
    project, year, column, amount = lay.running
    row_of = {(place, y): k for k, (place, y) in enumerate(table.select("place", "year").iter_rows())}
    parts: list[Part] = []
    place_of_pair = np.where(payer == "nation", NATIONWIDE, np.where(payer == "city", city_of_pair, ""))
    parts.append(
        (
            find_rows(row_of, place_of_pair, road.years),
            np.where(find_rows(row_of, place_of_pair, road.years) < 0, NEVER, lay.money),
            1.0,
        )
    )
    by_city = road.settings.operation_by == "city"
    place = city_of_project if by_city else np.full(len(city_of_project), NATIONWIDE)
    rows = (
        find_rows(row_of, place, road.years)[project, year] if len(project) else np.empty(0, dtype=np.int64)
    )
    parts.append((rows, np.where(rows < 0, NEVER, column), amount))
    nation = find_rows(row_of, np.array([NATIONWIDE] * len(lay.training), dtype=object), road.years)
    parts.append((nation, np.where(nation < 0, NEVER, lay.training), lay.price_of_training[:, None]))
    own, before = np.arange(table.height), lay.year_before
    carried = lay.saved[np.maximum(before, 0)] if len(own) else own
    parts.append((own, lay.saved, 1.0))
    parts.append((own, np.where(before < 0, NEVER, carried), -road.settings.carry_over))
    return rows_of(
        "budget",
        parts,
        count=table.height,
        upper=table["amount"].to_numpy(),
        labels=lambda: [f"{named(place)},{y}" for place, y in table.select("place", "year").iter_rows()],
    )


def fund_limit(lay: Layout) -> Rows:
    r"""A fund pays at most its yearly limit in all places: :math:`\sum_G g_{Gft} \le L_{ft}`."""
    road, table = lay.roadmap, lay.roadmap.fund_limits
    row_of = {(fund, y): k for k, (fund, y) in enumerate(table.select("fund", "year").iter_rows())}
    rows = find_rows(row_of, road.funds["fund"].to_numpy()[lay.eligible[1]], road.years)
    return rows_of(
        "fund_limit", [(rows, np.where(rows < 0, NEVER, lay.money), 1.0)], count=table.height,
        upper=table["amount"].to_numpy(),
        labels=lambda: [f"{fund},{y}" for fund, y in table.select("fund", "year").iter_rows()],
    )  # fmt: skip
