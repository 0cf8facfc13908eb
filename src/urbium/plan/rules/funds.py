"""Funds: all capital is paid by funds that may pay it, each within its shares."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from urbium.errors import Fault
from urbium.plan.problem.keys import fault
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.rules.rule import Limit, Rule
from urbium.plan.variables import Floats, Integers, Variables
from urbium.plan.variables.rows import Part, Rows, rows_of
from urbium.text import Text, coded, text

_ROUNDING = 1e-6


def _check(road: Roadmap) -> Iterator[Fault]:
    """Funds can pay somebody, somebody can pay what must be built, and shares have something to stand on."""
    yield from _useless_funds(road)
    yield from _useless_shares(road)
    yield from _unpaid(road)
    yield from _without_budgets(road)
    yield from _wrong_outlays(road)


def _models(table: pl.DataFrame) -> set[str]:
    """Return all finance models that a table names."""
    return {model for models in table["finance_models"].unique() for model in models.split(";")} - {""}


def _useless_funds(road: Roadmap) -> Iterator[Fault]:
    """A fund pays some finance model that a project takes."""
    taken = _models(road.projects)
    for fund, models in road.funds.select("fund", "finance_models").iter_rows():
        if road.projects.height and not taken & set(models.split(";")):
            yield fault(
                "fund", "funds", fund,
                coded("plan.fault.useless_fund", "{fund} pays for {models}, which no project uses",
                     fund=fund, models=models or text("nothing")),
                text("the projects use {models:list}", models=sorted(taken)),
            )  # fmt: skip


def _useless_shares(road: Roadmap) -> Iterator[Fault]:
    """A project's own share of a fund is one of a fund that may pay the project."""
    models = {
        name: set(named.split(";")) - {""}
        for table, key in ((road.projects, "project"), (road.funds, "fund"))
        for name, named in table.select(key, "finance_models").iter_rows()
    }
    for project, fund in road.fund_shares.select("project", "fund").iter_rows():
        if not models[project] & models[fund]:
            yield fault(
                "fund", "fund_shares", f"{project}, {fund}",
                coded("plan.fault.useless_share",
                     "{fund} may not pay for {project} at all: they have no finance model in common",
                     fund=fund, project=project),
                text("remove the row, or enter a finance model that both have"),
            )  # fmt: skip


def _unpaid(road: Roadmap) -> Iterator[Fault]:
    """What must be built is paid by some fund."""
    paid = _models(road.funds)
    forced = road.projects.filter(pl.col("status").is_in(["mandatory", "committed"]), pl.col("capital") > 0)
    for project, status, models in forced.select("project", "status", "finance_models").iter_rows():
        if not paid & set(models.split(";")):
            yield fault(
                "fund", "projects", project,
                coded("plan.fault.unpaid", "is {status}, and no fund pays for {models}", status=status,
                     models=models or text("it")),
                text("assign it a finance model that a fund pays for: {models:list}",
                     models=sorted(paid)) if paid else text("declare a fund"),
            )  # fmt: skip


def _without_budgets(road: Roadmap) -> Iterator[Fault]:
    """A fund that is limited by a city's budgets of all years needs a budget of each year."""
    limited = road.funds.filter(pl.col("city_budgets_share_max").is_not_null())["fund"].to_list()
    if not limited:
        return
    given = set(road.budgets.select("place", "year").iter_rows())
    for city in road.cities["city"]:
        lacking = [str(year) for year in road.years if (city, year) not in given]
        if lacking:
            yield fault(
                "budgets", "funds", limited[0],
                coded("plan.fault.no_budget",
                     "{fund} is limited by the budgets of {city}, which has no budget for {years:list}",
                     fund=limited[0], city=city, years=lacking),
                text("enter a budget for every year, or leave city_budgets_share_max empty"),
            )  # fmt: skip


def _wrong_outlays(road: Roadmap) -> Iterator[Fault]:
    """Outlays of a committed project are of its build years, and add up to its capital."""
    committed = road.projects.filter(
        (pl.col("status") == "committed") & pl.col("project").is_in(road.outlays["project"].implode())
    )
    for row in committed.iter_rows(named=True):
        project, capital = row["project"], row["capital"]
        outlays = road.outlays.filter(pl.col("project") == project).sort("year")
        build = list(range(row["start"], row["start"] + row["build_years"]))
        paid = float(outlays["amount"].sum())
        if outlays["year"].to_list() != build:
            yield fault(
                "outlay", "outlays", project,
                coded("plan.fault.outlay_years",
                      "the outlays of {project} do not fall exactly in its construction years",
                      project=project),
                text("enter the years {first:d} to {last:d}",
                     first=build[0], last=build[-1]),
            )  # fmt: skip
        elif abs(paid - capital) > _ROUNDING * max(capital, 1.0):
            yield fault(
                "outlay", "outlays", project,
                coded("plan.fault.outlay_sum", "the outlays of {project} add up to {paid:g}",
                     project=project, paid=paid),
                text("make them add up to its capital, {capital:g}", capital=capital),
            )  # fmt: skip


def funding(lay: Variables) -> Rows:
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


def _spent_by_group(lay: Variables, wanted: Integers, factor: Floats) -> tuple[Integers, Integers, Floats]:
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


def fund_share(lay: Variables) -> Rows:
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


def _foreign_pairs(lay: Variables) -> npt.NDArray[np.bool_]:
    return lay.roadmap.funds["is_foreign"].to_numpy()[lay.eligible[1]].astype(bool)


def foreign_of_project(lay: Variables) -> Rows:
    r"""Foreign funds (F) pay at most a project's foreign share.

    .. math:: \sum_{f \in F} g_{Gft} \le \varphi_G \sum_{p \in G} \frac{k_p}{d_p} (X_{pt} - X_{p,t-d_p})
    """
    return _share_of_group(lay, "foreign_of_project", _foreign_pairs(lay), "foreign_share_max")


def outside_of_project(lay: Variables) -> Rows:
    r"""Funds of outside payers (O) pay together at most a project's outside share.

    .. math:: \sum_{f \in O} g_{Gft} \le \omega_G \sum_{p \in G} \frac{k_p}{d_p} (X_{pt} - X_{p,t-d_p})
    """
    outside = (lay.roadmap.funds["payer"] == "outside").to_numpy()[lay.eligible[1]]
    return _share_of_group(lay, "outside_of_project", outside, "outside_share_max")


def _share_of_group(lay: Variables, limit: str, wanted: npt.NDArray[np.bool_], share: str) -> Rows:
    """Rows that the wanted pairs of group and fund pay at most the group's share of its capital."""
    most = lay.groups[share].to_numpy()
    capped = np.array([g for g in np.unique(lay.eligible[0][wanted]) if most[g] < 1], dtype=np.int64)
    number = {int(g): k for k, g in enumerate(capped)}
    pairs = np.flatnonzero(wanted & np.isin(lay.eligible[0], capped))
    group_row = np.array([number[int(g)] for g in lay.eligible[0][pairs]], dtype=np.int64)
    row, column, amount = _spent_by_group(lay, capped, most[capped])
    rows = np.arange(len(capped) * lay.years).reshape(-1, lay.years)
    parts: list[Part] = [
        (rows[group_row] if len(group_row) else rows[:0], lay.money[pairs], 1.0),
        (row, column, -amount),
    ]
    return rows_of(
        limit,
        parts,
        count=rows.size,
        upper=0.0,
        labels=lambda: lay.year_labels([lay.group_name(int(g)) for g in capped]),
    )


def _pairs_of(lay: Variables, funds: Integers) -> tuple[list[tuple[int, int]], Integers, Integers]:
    """Pairs of fund and city in which one of the funds may pay; the row of each eligible pair, and which."""
    city = lay.city_of_group[lay.eligible[0]]
    chosen = np.flatnonzero(np.isin(lay.eligible[1], funds))
    keys = sorted({(int(lay.eligible[1][k]), int(city[k])) for k in chosen})
    number = {key: row for row, key in enumerate(keys)}
    row = np.array([number[int(lay.eligible[1][k]), int(city[k])] for k in chosen], dtype=np.int64)
    return keys, row, chosen


def _pair_names(lay: Variables, keys: list[tuple[int, int]]) -> list[str]:
    road = lay.roadmap
    return [f"{road.cities['city'][city]},{road.funds['fund'][fund]}" for fund, city in keys]


def fund_share_of_city(lay: Variables) -> Rows:
    r"""A fund pays at most its share of a city's capital of a year.

    .. math:: \sum_{G \in c} g_{Gft} \le \sigma^c_f \sum_{p \in c} \frac{k_p}{d_p} (X_{pt} - X_{p,t-d_p})
    """
    share = lay.roadmap.funds["city_share_max"].to_numpy()
    keys, row, pairs = _pairs_of(lay, np.flatnonzero(share < 1))
    rows = np.arange(len(keys) * lay.years).reshape(-1, lay.years)
    parts: list[Part] = [(rows[row] if len(row) else rows[:0], lay.money[pairs], 1.0)]
    project, year, column, amount = lay.building
    for pair_rows, (fund, city) in zip(rows, keys, strict=True):
        here = lay.city[project] == city
        parts.append((pair_rows[year[here]], column[here], -share[fund] * amount[here]))
    return rows_of(
        "fund_share_of_city",
        parts,
        count=rows.size,
        upper=0.0,
        labels=lambda: lay.year_labels(_pair_names(lay, keys)),
    )


def fund_share_of_budgets(lay: Variables) -> Rows:
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


def foreign_in_all(lay: Variables) -> Rows:
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


def _called(row: str, year: str) -> Text:
    return text("limit on foreign money, {year}", year=year, row=row)


RULE = Rule(
    (
        Limit(
            "funding",
            funding,
            "money",
            coded("plan.limit.funding", "all capital is paid"),
            is_proof=False,
        ),
        Limit(
            "fund_share",
            fund_share,
            "money",
            coded("plan.limit.fund_share", "a fund's share of a project"),
            text("allow the fund to pay a larger share"),
            eased="shares",
            is_proof=False,
        ),
        Limit(
            "foreign_of_project",
            foreign_of_project,
            "money",
            coded("plan.limit.foreign_of_project", "foreign share of a project"),
            text("allow a larger foreign share of the project"),
            eased="shares",
            is_proof=False,
        ),
        Limit(
            "outside_of_project",
            outside_of_project,
            "money",
            coded("plan.limit.outside_of_project", "outside share of a project"),
            text("allow a larger outside share of the project"),
            eased="shares",
            is_proof=False,
        ),
        Limit(
            "foreign_in_all",
            foreign_in_all,
            "money",
            coded("plan.limit.foreign_in_all", "foreign share of all capital"),
            text("allow a larger foreign share in total"),
            called=_called,
            eased="money",
        ),
        Limit(
            "fund_share_of_city",
            fund_share_of_city,
            "money",
            coded("plan.limit.fund_share_of_city", "a fund's share of a city's capital"),
            text("allow the fund to pay a larger share of the city's capital"),
            eased="shares",
        ),
        Limit(
            "fund_share_of_budgets",
            fund_share_of_budgets,
            "money",
            coded(
                "plan.limit.fund_share_of_budgets",
                "a fund's payments in a city, compared with the city's budgets",
            ),
            text("allow the fund to pay more of the city's budgets, or raise the budgets"),
            eased="shares",
        ),
    ),
    _check,
)
