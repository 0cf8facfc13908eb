"""People: who is needed, from the city's pool, its own teaching, and what the nation lends and trains."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from urbium.errors import Fault
from urbium.plan.problem.keys import fault
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.rules.rule import Amount, Limit, Outcome, Rule, more_posts, of_place
from urbium.plan.variables import Variables
from urbium.plan.variables.rows import Part, Rows, rows_of
from urbium.text import Text, coded, text

_KEYS = ("city", "occupation", "year")


def _check(road: Roadmap) -> Iterator[Fault]:
    """An occupation that a city's projects need is in its pool, in the nation's, taught or trained."""
    city = dict(road.projects.select("project", "city").iter_rows())
    held = road.pools.filter(pl.col("places") > 0).select("place", "occupation")
    sources = set(held.iter_rows())
    taught = road.teaching.filter(pl.col("places") > 0).select("project", "occupation")
    sources |= {(city[project], occupation) for project, occupation in taught.iter_rows()}
    courses = road.training.filter((pl.col("places") > 0) & (pl.col("most") > 0))
    sources |= {(NATIONWIDE, occupation) for occupation in courses["occupation"]}
    reported: set[tuple[str, str]] = set()
    needed = road.staff.filter((pl.col("building") > 0) | (pl.col("running") > 0))
    for project, occupation in needed.select("project", "occupation").iter_rows():
        pair = (city[project], occupation)
        if pair not in reported and not {pair, (NATIONWIDE, occupation)} & sources:
            reported.add(pair)
            yield fault(
                "pool", "staff", f"{project}, {occupation}",
                coded("plan.fault.no_pool",
                     "{project} needs {occupation}, but neither {city} nor the nation has a pool "
                         "for this occupation",
                     project=project, occupation=occupation, city=pair[0]),
                text("supply a pool of {occupation} in {city} or {nation}, or train people for this "
                    "occupation",
                     occupation=occupation, city=pair[0], nation=NATIONWIDE),
            )  # fmt: skip


def people(lay: Variables) -> Rows:
    r"""A city needs no more of an occupation k than its pool, what it teaches and what the nation lends.

    .. math:: \sum_p b_{pk} (X_{pt} - X_{p,t-d_p}) + r_{pk} X_{p,t-d_p}
              \le Q_{ckt} + \sum_p e_{pk} X_{p,t-d_p-l_p} + h_{ckt}

    with b places while building, r while running, and e taught from l years after completion on. What is
    under way in each period: Pritsker, Watters, Wolfe 1969, *Multiproject scheduling with limited resources*.
    """
    pair, year, column, amount = lay.staffing
    rows = np.arange(len(lay.staffed) * lay.years).reshape(-1, lay.years)
    parts: list[Part] = [
        (rows[pair, year] if len(pair) else pair, column, amount),
        (rows[lay.lent] if len(lay.lent) else rows[:0], lay.draws, -1.0),
    ]
    code = lay.roadmap.cities["city"]
    return rows_of(
        "people",
        parts,
        count=rows.size,
        upper=lay.own_places.ravel(),
        labels=lambda: lay.year_labels([f"{code[city]},{occupation}" for city, occupation in lay.staffed]),
    )


def people_of_nation(lay: Variables) -> Rows:
    r"""The nation lends no more of an occupation k than its pool and those it trained.

    .. math:: \sum_c h_{ckt} \le Q_{kt} + a_k \sum_{u \le t - l_k} z_{ku}

    Units of training z are whole numbers between 0 and the most of a year; each adds a places after l years.
    """
    number = {occupation: k for k, occupation in enumerate(lay.occupations)}
    rows = np.arange(len(number) * lay.years).reshape(-1, lay.years)
    drawn = np.array([number[lay.staffed[int(k)][1]] for k in lay.lent], dtype=np.int64)
    parts: list[Part] = [(rows[drawn] if len(drawn) else rows[:0], lay.draws, 1.0)]
    for unit, occupation in enumerate(lay.roadmap.training["occupation"]):
        if occupation in number:
            pool_rows = rows[number[occupation]]
            parts.append((pool_rows[None, :], lay.training[unit][:, None], -lay.trained[unit]))
    return rows_of(
        "people_of_nation",
        parts,
        count=rows.size,
        upper=lay.lent_places.ravel(),
        labels=lambda: lay.year_labels(lay.occupations),
    )


def _rows(lay: Variables) -> list[tuple[str, int]]:
    code = lay.roadmap.cities["city"]
    return [(f"{code[city]},{name}", year) for city, name in lay.staffed for year in lay.roadmap.years]


def _named_in_city(table: pl.DataFrame) -> pl.DataFrame:
    rows = table.with_row_index("row").filter(pl.col("place") != NATIONWIDE)
    label = pl.format("{},{},{}", "place", "occupation", "year")
    return rows.select("row", "year", label=label, place="place", what="occupation")


def _named_in_nation(table: pl.DataFrame) -> pl.DataFrame:
    rows = table.with_row_index("row").filter(pl.col("place") == NATIONWIDE)
    label = pl.format("{},{}", "occupation", "year")
    return rows.select("row", "year", label=label, place=of_place("place"), what="occupation")


def _use_of_city(plan: Outcome, project: str | None) -> pl.DataFrame:
    """What a city needs of an occupation less what its projects teach."""
    table = plan.table if project is None else plan.table.filter(pl.col("project") == project)
    return _needs(plan.roadmap, table).select(name=pl.format("people[{},{},{}]", *_KEYS), used="need")


def _use_of_nation(plan: Outcome, project: str | None) -> pl.DataFrame:
    """What the nation lends is known of the whole plan only: which project draws on it is not settled."""
    name = pl.format("people_of_nation[{},{}]", "occupation", "year")
    used = lent(plan).select(name=name, used="lent")
    return used if project is None else used.clear()


def _needs(road: Roadmap, table: pl.DataFrame) -> pl.DataFrame:
    """Return the places that chosen projects need less what they teach: city, occupation, year, need."""
    years = pl.DataFrame({"year": list(road.years)}, schema={"year": pl.Int64()})
    chosen = table.select("project", "city", "start", "finish")
    staff = road.staff.join(chosen, on="project", maintain_order="left").join(years, how="cross")
    need = (
        pl.when(pl.col("year").is_between("start", "finish"))
        .then("building")
        .when(pl.col("year") > pl.col("finish"))
        .then("running")
        .otherwise(0.0)
    )
    taught = road.teaching.join(chosen, on="project", maintain_order="left").join(years, how="cross")
    taught = taught.filter(pl.col("year") > pl.col("finish") + pl.col("lag"))
    wanted = road.staff.join(road.projects.select("project", "city"), on="project")
    taught = taught.join(wanted, on=["city", "occupation"], how="semi", maintain_order="left")
    parts = [staff.select(*_KEYS, need=need), taught.select(*_KEYS, need=-pl.col("places"))]
    return pl.concat(parts).group_by(_KEYS, maintain_order=True).agg(pl.col("need").sum())


def lent(plan: Outcome) -> pl.DataFrame:
    """Return the places that the nation lends to each city: city, occupation, year, lent."""
    pools = plan.roadmap.pools.select(pl.col("place").alias("city"), "occupation", "year", "places")
    over = plan.overruns.filter(pl.col("limit") == "people").select(
        pl.col("place").str.split(",").list.get(0).alias("city"),
        pl.col("place").str.split(",").list.get(1).alias("occupation"),
        "year",
        places="amount",
    )
    held = pl.concat([pools, over]).group_by(_KEYS).agg(pl.col("places").sum())
    needs = _needs(plan.roadmap, plan.table).join(held, on=_KEYS, how="left", maintain_order="left")
    missing = (pl.col("need") - pl.col("places").fill_null(0.0)).clip(0.0)
    return needs.select(*_KEYS, lent=missing)


def _trained(plan: Outcome) -> pl.DataFrame:
    """Return the places that the nation's training adds to its pools."""
    years = pl.DataFrame({"since": list(plan.roadmap.years)}, schema={"since": pl.Int64()})
    course = plan.roadmap.training.select("occupation", "places", "lag")
    bought = plan.training.join(course, on="occupation").join(years, how="cross")
    return bought.filter(pl.col("since") >= pl.col("year") + pl.col("lag")).select(
        name=pl.format("people_of_nation[{},{}]", "occupation", "since"),
        more=pl.col("units") * pl.col("places"),
    )


def _unit(_: str) -> Text:
    return text("full-time posts")


def _words(amount: float, _: str) -> Text:
    return coded("plan.limit.posts", "{amount:,.6g} full-time posts", amount=amount)


def _called_in_city(row: str, place: str, occupation: str, year: str) -> Text:
    return text(
        "{occupation} posts in {place}, {year}",
        occupation=occupation, place=place, year=year, row=row
    )  # fmt: skip


def _called_in_nation(row: str, occupation: str, year: str) -> Text:
    return text(
        "{occupation} posts that the nation can lend, {year}",
        occupation=occupation, year=year, row=row
    )  # fmt: skip


RULE = Rule(
    (
        Limit(
            "people",
            people,
            "people",
            coded("plan.limit.people", "people of a city"),
            text("allow the city more posts in the occupation, or let it train people for those posts"),
            called=_called_in_city,
            eased="counts",
            more=more_posts,
            amount=Amount("pools", "places", _named_in_city, _use_of_city, _unit, _words, step=10.0),
            overruns=_rows,
        ),
        Limit(
            "people_of_nation",
            people_of_nation,
            "people",
            coded("plan.limit.people_of_nation", "people that the nation lends"),
            text("have the nation lend or train more people in the occupation"),
            called=_called_in_nation,
            eased="counts",
            more=more_posts,
            amount=Amount(
                "pools", "places", _named_in_nation, _use_of_nation, _unit, _words, step=10.0, more=_trained
            ),
        ),
    ),
    _check,
)
