"""A roadmap of many cities as an instance of the national solver, and the prices of one as the other's.

The national solver knows four sources of money (the nation, the city, other domestic funds, foreign funds)
and looks at each city by itself; funds with the same payer are taken together, so that a yearly limit of one
fund is left out there. It is only looked at when the money is split: leaving a limit out can make the bound
looser, never wrong. A limit on starts is told as an occupation of which each start takes one place: the
solver knows how to share places already, so that no row of its own is needed for it. What else the solver
does not know is named by :func:`unsupported`, and then such a roadmap is solved otherwise. See ADR 0007.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from urbium.plan.milp.model import LinearModel
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.rules import LIMITS
from urbium.plan.search.national.instance import Cities, Instance, Nation, ProjectArrays
from urbium.plan.search.national.repaid import most_repaid, repaid_by_cities, unsupported_repayments
from urbium.plan.variables import Floats, Integers, Variables
from urbium.text import Text, coded

_STARTS_OF_CITY, _STARTS_OF_NATION = "starts of its city", "starts of the nation"
"""Occupations that stand for limits on starts: each start takes one place of them, in its own year only."""

_HANDLED = frozenset(
    (
        "started", "window", "precedence", "soft_precedence", "exclusion", "alternative", "mandatory",
        "forbidden", "committed", "attainment", "closed_in_full", "standard", "least_closing", "parity",
        "funding", "fund_share", "foreign_of_project", "outside_of_project", "foreign_in_all",
        "fund_share_of_city", "fund_share_of_budgets", "budget", "upkeep", "repayment", "fund_limit",
        "people", "people_of_nation", "start_limit",
    )
)  # fmt: skip
"""Limits that the national solver handles, or that are looked at when its plan is paid; a limit that is not
named here, such as one of a new rule, sends a roadmap that has it to the decomposition."""


def unsupported(lay: Variables) -> list[Text]:
    """Name what of a roadmap the national solver does not know; nothing when it fits."""
    return list(_unsupported(lay))


def _unsupported(lay: Variables) -> Iterator[Text]:
    road = lay.roadmap
    for name, limit in LIMITS.items():
        if name not in _HANDLED and limit.rows(lay).count:
            yield limit.title
    if road.outlays.height:
        yield coded("plan.unsupported.outlays", "capital that is not paid in equal parts")
    if road.settings.carry_over > 0:
        yield coded("plan.unsupported.carry_over", "budgets that are carried over")
    if road.settings.operation_by != "city":
        yield coded("plan.unsupported.operation", "operation paid by the nation")
    yield from _unsupported_money(lay)
    yield from unsupported_repayments(lay)
    if road.teaching["lag"].n_unique() > 1 or road.training["lag"].n_unique() > 1:
        yield coded("plan.unsupported.lags", "teaching with different lags, or training with different lags")
    if road.exclusions["project"].is_duplicated().any():
        yield coded("plan.unsupported.exclusions", "a project in several exclusive groups")
    parity = road.fairness.filter(pl.col("rule") == "parity")
    if parity.height and (
        parity["share"].n_unique() > 1
        or set(parity["place"]) != set(road.cities["region"])
        or not _open_cities(lay).all()
    ):
        yield coded(
            "plan.unsupported.parity",
            "parity that applies to only some regions, has different shares, or includes cities "
            "that have nothing to improve",
        )


def _open_cities(lay: Variables) -> npt.NDArray[np.bool_]:
    """(C,) whether a city has something to close."""
    city = lay.city_number(lay.gaps["city"])
    return np.bincount(city, lay.closing_share, minlength=lay.roadmap.cities.height) > 0


def _unsupported_money(lay: Variables) -> Iterator[Text]:
    """Name terms of money other than these: a city may pay all its projects, and funds are alike by payer."""
    if _closed(lay) and not _is_free(lay):
        yield coded("plan.unsupported.shut_fund", "a fund that pays nothing in at least one year")
    funds = _lasting(lay)
    city, outside = (funds.filter(pl.col("payer") == payer) for payer in ("city", "outside"))
    group, fund, share = lay.eligible
    whole = np.isin(lay.roadmap.funds["fund"].to_numpy()[fund], city["fund"].to_list()) & (share >= 1)
    if set(group[whole].tolist()) != set(range(lay.groups.height)) or (city["city_share_max"] < 1).any():
        yield coded("plan.unsupported.city_pays", "projects that their city is not allowed to pay for")
    if (outside["city_share_max"] < 1).any() or city["city_budgets_share_max"].is_not_null().any():
        yield coded("plan.unsupported.fund_by_city", "a fund with a limit for each city")
    nation = funds.filter(pl.col("payer") == "nation")
    domestic = outside.filter(~pl.col("is_foreign"))
    if nation["is_foreign"].any() or city["is_foreign"].any():
        yield coded("plan.unsupported.foreign_payer", "a foreign fund paid by the nation or a city")
    if (nation.height > 1 and (nation["city_share_max"] < 1).any()) or (
        domestic.height > 1 and domestic["city_budgets_share_max"].is_not_null().any()
    ):
        yield coded(
            "plan.unsupported.several_funds", "several funds of the same kind, some of them limited by city"
        )
    others = funds.filter((pl.col("payer") == "nation") | pl.col("is_foreign"))
    if others["city_budgets_share_max"].is_not_null().any():
        yield coded(
            "plan.unsupported.fund_over_years",
            "a national or foreign fund whose limit covers all years together",
        )


def _closed(lay: Variables) -> list[str]:
    """Name the funds that pay nothing in some years, such as what was paid before today."""
    return lay.roadmap.fund_limits.filter(pl.col("amount") <= 0)["fund"].unique(maintain_order=True).to_list()


def _lasting(lay: Variables) -> pl.DataFrame:
    """Return the funds that the instance knows: those that may pay in every year."""
    return lay.roadmap.funds.filter(~pl.col("fund").is_in(_closed(lay)))


def _is_free(lay: Variables) -> bool:
    """Say whether no city has a budget in the years in which such a fund pays, and so can do without it."""
    limits = lay.roadmap.fund_limits.filter(pl.col("amount") <= 0)
    shut = [set(rows["year"]) for _, rows in limits.group_by("fund")]
    cities = lay.roadmap.budgets.filter(pl.col("place") != NATIONWIDE)
    return all(year in years for years in shut for year in set(cities["year"]) & set(lay.roadmap.years))


def instance_of(lay: Variables, model: LinearModel) -> tuple[Instance, Integers]:
    """Return a roadmap as an instance, and the number of each of its projects in the roadmap.

    Parameters
    ----------
    model : the roadmap's matrix, whose limits may have been widened by what committed projects overrun
    """
    order = _order(lay)
    place = np.argsort(order)
    needs, wishes, loss = _prerequisites(lay, place)
    standards, due, covers = _standards(lay, place)
    groups = lay.roadmap.exclusions["group"].to_list()
    number = {group: k for k, group in enumerate(dict.fromkeys(groups))}
    members = place[lay.numbers(lay.roadmap.exclusions["project"])]
    exclusive = np.column_stack([np.array([number[g] for g in groups], dtype=np.int64), members])
    instance = Instance(
        _projects(lay, order), _cities(lay, model), _nation(lay, model), needs=needs, exclusive=exclusive,
        standards=standards, is_due=due, covers=covers, wishes=wishes, wish_price=loss,
        **repaid_by_cities(lay, model, _lasting(lay)["fund"].to_list()),
    )  # fmt: skip
    return instance, order


# Projects and what binds them


def _order(lay: Variables) -> Integers:
    """Number of each project of the instance: by city, prerequisites before what requires them."""
    hard = lay.roadmap.hard_prerequisites
    before, after = lay.numbers(hard["requires"]), lay.numbers(hard["project"])
    depth = np.zeros(len(lay.build), dtype=np.int64)
    while True:
        deeper = depth.copy()
        np.maximum.at(deeper, after, depth[before] + 1)
        if (deeper == depth).all():
            return np.lexsort((depth, lay.city))
        depth = deeper


def _projects(lay: Variables, order: Integers) -> ProjectArrays:
    earliest, latest = (bound[order] for bound in _windows(lay))
    effect, lag, rollout = _effects(lay, order)
    staff, running, teaching = _people(lay, order)
    return ProjectArrays(
        city=lay.city[order], duration=lay.build[order], earliest=earliest, latest=latest,
        cost=lay.capital[order], operation=lay.yearly[order], **_shares(lay, order), effect=effect,
        effect_lag=lag, rollout=rollout, staff=staff, running=running, teaching=teaching,
        premium=lay.premium[order],
    )  # fmt: skip


def _windows(lay: Variables) -> tuple[Integers, Integers]:
    """(P,) first and last year index in which each project may start; 0 and -1 for never."""
    table, first, years = lay.roadmap.projects, lay.roadmap.years[0], lay.years
    is_fixed = (table["status"] == "committed").to_numpy()
    earliest = (table["earliest"].fill_null(first) - first).clip(0, years).to_numpy().astype(np.int64)
    latest = (table["latest"].fill_null(first + years - 1) - first).to_numpy().astype(np.int64)
    begun = (table["start"].fill_null(first) - first).to_numpy().astype(np.int64)
    earliest = np.where(is_fixed, begun, earliest)
    latest = np.where(is_fixed, begun, np.minimum(latest, lay.last_start))
    is_never = (table["status"] == "forbidden").to_numpy() | (latest < earliest)
    return np.where(is_never, 0, earliest), np.where(is_never, -1, latest)


def _shares(lay: Variables, order: Integers) -> dict[str, Floats]:
    """Largest shares of each project's capital by sets of sources: nested limits, so their least counts."""
    funds = lay.roadmap.funds
    group, fund, share = lay.eligible
    payer, abroad = funds["payer"].to_numpy()[fund], funds["is_foreign"].to_numpy()[fund].astype(bool)
    lasts = ~np.isin(funds["fund"].to_numpy()[fund], _closed(lay))

    def added(of: npt.NDArray[np.bool_]) -> Floats:
        total = np.zeros(lay.groups.height)
        np.add.at(total, group[of & lasts], share[of & lasts])
        return np.minimum(total, 1.0)[lay.group]

    most = lay.roadmap.projects["outside_share_max"].to_numpy()
    nation = added(payer == "nation")
    # each share is cut by the narrower limits inside it, so that the shares of sets of sources are
    # submodular: only then do a city's limits follow from its projects' by adding up
    home = np.minimum(added((payer == "outside") & ~abroad), most)
    foreign = np.minimum(added(abroad), lay.roadmap.projects["foreign_share_max"].to_numpy())
    foreign = np.minimum(foreign, most)
    outside = np.minimum(home + foreign, most)
    every = {
        "private": home, "foreign": foreign, "national": nation, "outside": outside,
        "private_national": home + nation, "foreign_national": foreign + nation, "besides": outside + nation,
    }  # fmt: skip
    return {name: np.minimum(share, 1.0)[order] for name, share in every.items()}


def _effects(lay: Variables, order: Integers) -> tuple[Floats, Integers, Integers]:
    """(P, I) effect, years from completion to its first part, years over which it comes."""
    table = lay.roadmap.effects
    indicator = {code: k for k, code in enumerate(lay.roadmap.indicators["indicator"])}
    shape = (len(order), len(indicator))
    row = np.argsort(order)[lay.numbers(table["project"])]
    column = np.array([indicator[code] for code in table["indicator"]], dtype=np.int64)
    effect, lag, rollout = np.zeros(shape), np.zeros(shape, np.int64), np.ones(shape, np.int64)
    counts = _gap_numbers(lay)[lay.city[order][row], column] >= 0
    row, column = row[counts], column[counts]
    effect[row, column] = table["effect"].to_numpy()[counts]
    lag[row, column], rollout[row, column] = (
        table["lag"].to_numpy()[counts],
        table["rollout"].to_numpy()[counts],
    )
    return effect, lag, rollout


def _gap_numbers(lay: Variables) -> Integers:
    """(C, I) the number of the gap of a city and indicator, -1 where there is none."""
    indicator = {code: k for k, code in enumerate(lay.roadmap.indicators["indicator"])}
    number_of = np.full((lay.roadmap.cities.height, len(indicator)), -1)
    column = np.array([indicator[code] for code in lay.gaps["indicator"]], dtype=np.int64)
    number_of[lay.city_number(lay.gaps["city"]), column] = np.arange(lay.gaps.height)
    return number_of


def _occupations(lay: Variables) -> dict[str, int]:
    """Occupations that some project needs, numbered, and then those of limits on starts."""
    needed = {occupation for _, occupation in lay.staffed}
    names = [name for name in lay.roadmap.occupations["occupation"] if name in needed]
    return {name: k for k, name in enumerate([*names, *_start_limits(lay)])}


def _start_limits(lay: Variables) -> dict[str, pl.DataFrame]:
    """The limits on starts of cities, and those of the nation, by the occupation that stands for them."""
    table = lay.roadmap.start_limits
    kinds = {_STARTS_OF_CITY: pl.col("place") != NATIONWIDE, _STARTS_OF_NATION: pl.col("place") == NATIONWIDE}
    limits = {name: table.filter(is_of_kind) for name, is_of_kind in kinds.items()}
    return {name: rows for name, rows in limits.items() if rows.height}


def _people(lay: Variables, order: Integers) -> tuple[Floats, Floats, Floats]:
    """(P, K) places while building, places while running, places taught."""
    occupation, place = _occupations(lay), np.argsort(order)
    building, running, taught = (np.zeros((len(order), len(occupation))) for _ in range(3))
    for project, name, needed, kept in lay.roadmap.staff.iter_rows():
        if name in occupation:
            at = place[lay.number[project]], occupation[name]
            building[at], running[at] = needed, kept
    for project, name, places, _ in lay.roadmap.teaching.iter_rows():
        if name in occupation:
            taught[place[lay.number[project]], occupation[name]] += places
    for name in _start_limits(lay):
        building[:, occupation[name]] = 1.0
    return building, running, taught


def _prerequisites(lay: Variables, place: Integers) -> tuple[Integers, Integers, Floats]:
    """Hard and soft ones as (before, after, lag), and what each soft one is worth."""
    hard, soft = lay.roadmap.hard_prerequisites, lay.roadmap.soft_prerequisites
    both = [
        np.column_stack(
            [
                place[lay.numbers(table["requires"])], place[lay.numbers(table["project"])],
                table["lag"].to_numpy().astype(np.int64),
            ]
        )
        for table in (hard, soft)
    ]  # fmt: skip
    return both[0], both[1], soft["loss"].to_numpy()


def _standards(lay: Variables, place: Integers) -> tuple[Integers, npt.NDArray[np.bool_], Integers]:
    """Standards, and mandatory and committed projects and alternatives as standards that are due."""
    road = lay.roadmap
    number = {name: k for k, name in enumerate(road.standards["standard"])}
    rows = list(
        zip(
            lay.city_number(road.standards["city"]).tolist(),
            (road.standards["deadline"] - road.years[0] + 1).to_list(),
            strict=True,
        )
    )
    covers = [(number[name], int(place[lay.number[p]])) for name, p in road.covers.iter_rows()]
    optional = len(rows)
    forced = road.projects.filter(pl.col("status").is_in(["mandatory", "committed"]))
    groups = [[project] for project in forced["project"]]
    groups += road.alternatives.group_by("group", maintain_order=True).agg("project")["project"].to_list()
    # what must be chosen is due by the end: the search then has one kind of promise to look at, not three
    for group in groups:
        covers += [(len(rows), int(place[lay.number[project]])) for project in group]
        rows.append((int(lay.city[lay.number[group[0]]]), lay.years))
    return (
        np.array(rows, dtype=np.int64).reshape(-1, 2),
        np.arange(len(rows)) >= optional,
        np.array(covers, dtype=np.int64).reshape(-1, 2),
    )


# Cities and the nation


def _cities(lay: Variables, model: LinearModel) -> Cities:
    road = lay.roadmap
    gap = _gap_numbers(lay)
    is_gap = gap >= 0

    def of_gaps(values: Floats, other: float) -> Floats:
        return np.where(is_gap, values[np.maximum(gap, 0)] if len(values) else 0.0, other)

    region = np.unique(road.cities["region"].to_numpy(), return_inverse=True)[1].astype(np.int64)
    _, city, share = lay.least_closing
    least = np.zeros(road.cities.height)
    least[city] = share
    return Cities(
        # without parity regions mean nothing; one region saves the rows of the others
        region=region if len(lay.parity[0]) else np.zeros_like(region),
        budget=_budgets(lay, model),
        upkeep=_upkeep(lay, model),
        pool=_pools(lay, model),
        worth=of_gaps(lay.gaps["worth"].to_numpy() * lay.year_worth.sum(), 0.0),
        weight=of_gaps(lay.closing_share, 0.0),
        ceiling=of_gaps(lay.gaps["ceiling"].to_numpy(), 1.0),
        least_closing=least,
    )


def _budgets(lay: Variables, model: LinearModel) -> Floats:
    """(C, T) what each city may pay in each year; where no limit stands, what all it may build could cost."""
    table, first = lay.roadmap.budgets, model.span("budget").start
    budget = _most_spent(lay)
    number = {city: k for k, city in enumerate(lay.roadmap.cities["city"])}
    for row, (place, year) in enumerate(table.select("place", "year").iter_rows()):
        if place != NATIONWIDE:
            budget[number[place], year - lay.roadmap.years[0]] = model.upper[first + row]
    return budget


def _upkeep(lay: Variables, model: LinearModel) -> Floats:
    """(C,) what each city may pay in a year after the plan; where no limit stands, all it may run."""
    most = np.zeros(lay.roadmap.cities.height)
    np.add.at(most, lay.city, lay.yearly)
    number = {city: k for k, city in enumerate(lay.roadmap.cities["city"])}
    first = model.span("upkeep").start
    for row, place in enumerate(lay.roadmap.upkeep["place"]):
        if place != NATIONWIDE:
            most[number[place]] = min(most[number[place]], model.upper[first + row])
    return most


def _budget_of_nation(lay: Variables, model: LinearModel) -> Floats:
    """(T,) what the nation may pay in each year; where no limit stands, what all could cost."""
    table, first = lay.roadmap.budgets, model.span("budget").start
    budget: Floats = _most_spent(lay).sum(axis=0) + _most_trained(lay)
    for row, (place, year) in enumerate(table.select("place", "year").iter_rows()):
        if place == NATIONWIDE:
            budget[year - lay.roadmap.years[0]] = model.upper[first + row]
    return budget


def _most_trained(lay: Variables) -> float:
    """Return what all training that is possible in a year costs."""
    return float((lay.roadmap.training["cost"] * lay.roadmap.training["most"]).sum())


def _most_spent(lay: Variables) -> Floats:
    """(C, T) what a city would spend in each year if every project that may stand in it stood."""
    earliest, latest = _windows(lay)
    year, may_be = np.arange(lay.years), (latest >= earliest)[:, None]
    is_built = may_be & (year >= earliest[:, None]) & (year < (latest + lay.build)[:, None])
    is_run = may_be & (year >= (earliest + lay.build)[:, None])
    spent = (lay.capital / lay.build)[:, None] * is_built + lay.yearly[:, None] * is_run
    of_city = np.zeros((lay.roadmap.cities.height, lay.years))
    np.add.at(of_city, lay.city, spent)
    return of_city + most_repaid(lay)[:, None]


def _pools(lay: Variables, model: LinearModel) -> Floats:
    """(C, K, T) own places of each city, with what committed projects overrun."""
    occupation = _occupations(lay)
    pool = np.zeros((lay.roadmap.cities.height, len(occupation), lay.years))
    span = model.span("people")
    held = model.upper[span.start : span.stop].reshape(-1, lay.years)
    for (city, name), places in zip(lay.staffed, held, strict=True):
        pool[city, occupation[name]] = places
    number = {code: k for k, code in enumerate(lay.roadmap.cities["city"])}
    for name, limits in _start_limits(lay).items():
        if name == _STARTS_OF_CITY:  # where no limit stands, all that a city has may start
            pool[:, occupation[name]] = np.bincount(lay.city, minlength=len(pool))[:, None]
            for city, year, most_starts in limits.select("place", "year", "most").iter_rows():
                pool[number[city], occupation[name], year - lay.roadmap.years[0]] = most_starts
    return pool


def _nation(lay: Variables, model: LinearModel) -> Nation:
    road, settings = lay.roadmap, lay.roadmap.settings
    occupation = _occupations(lay)
    pool, most = np.zeros((len(occupation), lay.years)), np.zeros(len(occupation), dtype=np.int64)
    cost, places = np.zeros(len(occupation)), np.zeros(len(occupation))
    for name, held in zip(lay.occupations, lay.lent_places, strict=True):
        pool[occupation[name]] = held
    limits = _start_limits(lay).get(_STARTS_OF_NATION)
    if limits is not None:
        pool[occupation[_STARTS_OF_NATION]] = len(lay.build)
        for year, most_starts in limits.select("year", "most").iter_rows():
            pool[occupation[_STARTS_OF_NATION], year - road.years[0]] = most_starts
    for name, price, added, units, _ in road.training.iter_rows():
        if name in occupation:
            k = occupation[name]
            cost[k], places[k], most[k] = price, added, units
    nation = _lasting(lay).filter(pl.col("payer") == "nation")
    domestic = _lasting(lay).filter((pl.col("payer") == "outside") & ~pl.col("is_foreign"))
    over_years = domestic["city_budgets_share_max"].drop_nulls()
    parity = road.fairness.filter(pl.col("rule") == "parity")["share"]
    return Nation(
        budget=_budget_of_nation(lay, model), pool=pool, training_cost=cost, training_places=places,
        training_most=most, at_start=np.isin(list(occupation), list(_start_limits(lay))),
        training_lag=_lag(road.training), teaching_lag=_lag(road.teaching),
        national_share=float(nation["city_share_max"].min() if nation.height else 0.0),  # type: ignore[arg-type]
        private_share=float(over_years[0]) if len(over_years) else np.inf,
        foreign_share=settings.foreign_share_max, parity=float(parity[0]) if len(parity) else 0.0,
        year_weight=lay.year_worth / lay.year_worth.sum(), late=lay.late,
        spending_price=settings.spending_price * lay.discount,
        width=road.curve.sort("segment")["width"].to_numpy(),
        slope=np.maximum.accumulate(lay.slopes[::-1])[::-1],  # a roadmap's may rise by what is rounding
        shortfall_price=settings.shortfall_price,
        # a row of the solver's is the mean closing times all cities, the roadmap's the mean itself
        region_price=settings.shortfall_price / road.cities.height,
    )  # fmt: skip


def _lag(table: pl.DataFrame) -> int:
    """The lag of all rows of a table; 0 without rows."""
    return int(table["lag"][0]) if table.height else 0


def prices_of_model(lay: Variables, model: LinearModel, prices: Floats) -> Floats:
    """Prices of the instance's coupling rows as prices of the model's rows; 0 for all others."""
    row_prices = np.zeros(len(model.lower))
    for row, at, factor in _shared_rows(lay, model):
        row_prices[row] = prices[at] * factor
    return row_prices


def prices_of_instance(lay: Variables, model: LinearModel, row_prices: Floats, instance: Instance) -> Floats:
    """Prices of the model's rows as prices of the instance's coupling rows; others are left out."""
    prices = np.zeros(instance.rows)
    for row, at, factor in _shared_rows(lay, model):
        prices[at] = row_prices[row] / factor
    return prices


def _shared_rows(lay: Variables, model: LinearModel) -> Iterator[tuple[int, int, float]]:
    """Give each row of the model that the instance has, its number there, and the factor of its price."""
    years, begin = lay.years, lay.roadmap.years[0]
    budget = model.span("budget").start
    for row, (place, year) in enumerate(lay.roadmap.budgets.select("place", "year").iter_rows()):
        if place == NATIONWIDE:
            yield budget + row, year - begin, 1.0
    foreign = model.span("foreign_in_all")
    for row in range(len(foreign)):
        yield foreign.start + row, years + row, 1.0
    occupation = _occupations(lay)
    lent = model.span("people_of_nation").start
    for k, name in enumerate(lay.occupations):
        for t in range(years):
            yield lent + k * years + t, (2 + occupation[name]) * years + t, 1.0
    first = model.span("start_limit").start
    for row, (place, year) in enumerate(lay.roadmap.start_limits.select("place", "year").iter_rows()):
        if place == NATIONWIDE:
            yield first + row, (2 + occupation[_STARTS_OF_NATION]) * years + year - begin, 1.0
    parity = lay.roadmap.fairness.filter(pl.col("rule") == "parity")["place"]
    region = {name: k for k, name in enumerate(np.unique(lay.roadmap.cities["region"].to_numpy()))}
    for rule, place in enumerate(parity):
        at = (2 + len(occupation)) * years + region[place]
        yield model.span("parity").start + rule, at, float(lay.roadmap.cities.height)
