"""From the catalogue to a roadmap: every solution in every city as a candidate with its cost and effects.

Rules, all declared in ``data/rules/assumptions.csv`` and changeable there:

- capital = geometric mean of the catalogue's low and high cost x exchange rate x what the unit of the cost
  counts: people served, the city's figure of a variable, or one for a lump sum; all that is declared in
  another currency than the plan's is converted by a rate of the programme, or a declared one
  (:class:`urbium.catalogue.exchange.Exchange`), or refused;
- figures count only for the area that their variable declares: boundaries are never mixed;
- people = the urban agglomeration where it is known, else the registered population of the prefecture x the
  urban share of the nation (flagged as an assumption on every row it enters);
- people served = people x the growth that the outlook expects until the plan ends: who will be there has the
  same needs, and gaps are closed for all of them. What cities pay and lend is of the people of today;
- effect on an indicator = middle of the catalogue's range as a share of the indicator's potential, which is
  the middle of the published ceiling, or else the sum over all solutions of the catalogue; where the roll-out
  is itself the indicator, the planned coverage; an effect that does not hold citywide x the partial coverage;
- platforms and systems have a fixed part: their cost per head falls with the people served (assumptions
  ``cost.scale_exponent`` and ``cost.scale_people``);
- where a solution can be built at all: ``data/rules/candidates.csv``; what a city has of it already:
  :mod:`urbium.plan.inputs.stock`;
- indicators weigh the same within their sub-domain, and sub-domains weigh the same; those of the adopted
  index share out what they have so as the index does;
- needs: the indicator's own figure where the city has it, else the other rules of ``data/rules/needs.csv``,
  else a range that is the same for all cities (:mod:`urbium.plan.inputs.needs`); where the roll-out is itself
  the indicator and no rule tells of it, a growing city outgrows it: need = 1 - (1 - need of today) x
  (1 + s x (growth - 1)) / growth, with the assumed share s of the growth that roll-outs keep up with;
- what was built counts for some years after the plan, too (assumption ``benefit.years_after``): most outcomes
  take hold only then, and running costs must be paid then as well;
- what begins in the plan may be completed some years after it (assumption ``plan.ends_after``), as long as
  its benefit still counts; in those years each place has for building and running what its limit for the
  years after the plan allows, and without such limits all is completed within the plan;
- what a project brings in a year: :mod:`urbium.plan.inputs.inflows`; it limits no plan and is worth nothing
  in it;
- what banks and partners paid is repaid on the terms of the instruments by which they give it, at constant
  prices; a fund none of whose instruments is offered in the nation and year pays nothing
  (:mod:`urbium.plan.inputs.repayments`);
- people, standards, fairness, the floor of money per head (:mod:`urbium.plan.inputs.floor`) and soft
  prerequisites as declared in ``data/rules``, unless left out, as growth may be.

National effects (on GDP) and effects on things no indicator set names stay out. A solution without a known
effect stays in as a prerequisite of others.
"""

from collections.abc import Mapping
from functools import partial

import polars as pl

from urbium.catalogue import Catalogue
from urbium.catalogue.exchange import Exchange
from urbium.catalogue.offers import offers
from urbium.catalogue.price_index import common_year
from urbium.catalogue.scope import PLAN_TABLE, borrowed
from urbium.catalogue.tables.table_kinds import TABLES
from urbium.errors import Fault, InputError, refuse
from urbium.model import Evidence
from urbium.money import Money
from urbium.observations.population import SIZES
from urbium.observations.roles import missing_remedy
from urbium.periods import fiscal_year
from urbium.plan.inputs.assumptions import Assumed
from urbium.plan.inputs.budgets import budgets, fund_limits, given, upkeep
from urbium.plan.inputs.candidate_projects import candidate_projects
from urbium.plan.inputs.candidates import ruled_out
from urbium.plan.inputs.costs import costs, quantities_of
from urbium.plan.inputs.declared_rules import RULES, Rules, promise_tables, recommended_order, regions
from urbium.plan.inputs.effects import effects_of, potentials_of, rolled_out, weighed
from urbium.plan.inputs.floor import raised_to_floor
from urbium.plan.inputs.inflows import inflow_table
from urbium.plan.inputs.nations import city_nations
from urbium.plan.inputs.needs import city_figures, city_needs
from urbium.plan.inputs.notes import cell, in_english
from urbium.plan.inputs.quantities import city_quantities
from urbium.plan.inputs.repayments import repayment_notes, repayments, without_offer
from urbium.plan.inputs.sizes import (
    city_budgets,
    city_people,
    needs_ahead,
    of_declared_area,
    people_served,
)
from urbium.plan.inputs.staffing import people_tables
from urbium.plan.inputs.stock import stock, stock_words, there
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.problem.tables import MILLION_PEOPLE, Settings
from urbium.text import Text, coded, declared, named, sentences, text, texts

_MILLION = 1e6
_PAYER = {"nation": "nation", "city": "city"}


def build_roadmap(
    catalogue: Catalogue,
    cities: pl.DataFrame,
    observations: pl.DataFrame,
    *,
    years: range,
    budget: str | Money,
    shares: Mapping[str, float] | None = None,
    growth: pl.DataFrame | None = None,
    shortages: pl.DataFrame | None = None,
    rules: Rules = RULES,
    currency: str = "",
    exchange: Exchange | None = None,
    fiscal_month: int = 1,
    nation: str = "",
    price_year: str = "",
) -> Roadmap:
    """Return the roadmap of every catalogue solution in every city of known size.

    Parameters
    ----------
    catalogue : solutions, effects, ceilings, funds and assumptions
    cities : columns code, name_en, latitude and, for regions, province_en (rows of level ``nation`` are left
        out); parent, of which rules that are made for one nation are told whose city it is
    observations : figures with the columns of ``model.OBSERVATION``; suspect ones are not used, nor those of
        another area than the catalogue declares for the variable
    years : the plan years: those in which projects may start
    budget : what the nation pays in each year, such as ``12 bn EUR/year``
    shares : of each indicator in the adopted index
    growth : city, variable, growth: how many times its people of today each city will have when the plan
        ends; None when nothing is foreseen
    shortages : city, service, year, demand, shortfall, as in ``Pressure.table``; None when nothing is
        foreseen
    rules : which declared rules the plan keeps, of :data:`RULES`
    currency : of the plan; that of the budget when empty
    exchange : rates of the programme and the catalogue; those of the catalogue alone when left out
    fiscal_month : the month in which a year of money begins; a plan year bears the number of the calendar
        year in which it begins, and the plan says so where that is not January
    nation : whose terms of money hold (ISO 3166); those that hold everywhere alone when empty
    price_year : to whose prices costs and inflows of the catalogue are moved, by its price index; where it is
        empty, the newest up to the plan's first year to which every cost can be moved

    Raises
    ------
    InputError
        When an exchange rate or a price index is missing, no city is of known size, or the catalogue
        declares nothing to build, no effect of it or nobody who pays.
    """
    refuse(undeclared(catalogue), "catalogue")
    amount = Money.parse(budget)
    money = offers(catalogue, nation, years[0])
    is_repaid = "repayments" in rules
    unoffered = without_offer(catalogue, money) if is_repaid else {}
    currency = currency or amount.currency
    exchange = exchange or Exchange((), catalogue.assumptions)
    rate_from = partial(exchange.factor, target=currency)
    assumed = Assumed(catalogue, rate_from)
    places = cities.filter(pl.col("level") != "nation") if "level" in cities.columns else cities
    figures = of_declared_area(observations, catalogue)
    today = city_people(
        places, figures, share=assumed("urban_share"), declared=catalogue.variables, roles=catalogue.roles
    )
    expected = growth if "growth" in rules else None
    people = people_served(today, expected, year=years[-1])
    sized = people.filter(pl.col("people") > 0)
    if sized.is_empty():
        raise InputError(
            coded("plan.build.no_population", "no city has a known population"),
            place=text("roles {roles:list}", roles=list(SIZES)),
            remedy=missing_remedy(catalogue.roles, SIZES),
        )
    indicators, links = effects_of(catalogue, assumed)
    indicators = weighed(indicators, shares or {}, assumed("benefit.output_weight"))
    provinces = _provinces(places)
    foreseen = shortages if "growth" in rules else None
    quantities = city_quantities(catalogue, sized, provinces, figures, foreseen, year=years[-1])
    nations = city_nations(cities)
    standing = stock(catalogue, figures).join(sized, on="code", how="semi")
    is_there, pair = there(standing, assumed), ["city", "solution"]
    barred = ruled_out(catalogue, quantities, nations, is_there, first_year=years[0])
    price_year = price_year or str(_common_year(catalogue, years[0]))
    priced = costs(catalogue, rate_from, price_year=price_year)
    projects, omitted = candidate_projects(
        catalogue, sized, assumed, barred, priced=priced, sizes=quantities_of(catalogue, sized, figures),
        standing=standing,
    )  # fmt: skip
    payers = [fund for fund in _takers(catalogue, projects) if fund not in unoffered]
    is_payer = pl.col("fund").is_in(payers)
    unsized = people.join(sized, on="code", how="anti", maintain_order="left")
    placed = regions(catalogue, places).join(sized.select("code"), on="code", how="semi")
    read = city_figures(catalogue, quantities, nations)
    gaps = city_needs(catalogue, sized["code"], indicators["indicator"], read)
    effects = _effects(projects, links, gaps)
    gaps = needs_ahead(gaps, sized, rolled_out(catalogue), share=assumed("growth.rolled_out"), year=years[-1])
    prerequisites = _prerequisites(catalogue, projects, is_there)
    if "soft prerequisites" in rules:
        prerequisites = pl.concat(
            [prerequisites, recommended_order(catalogue, projects)], how="diagonal_relaxed"
        )
    of_cities = city_budgets(
        sized,
        figures,
        share=assumed("city_budget.share_of_fiscal_revenue"),
        part=assumed("city_budget.part_of_sum"),
        declared=catalogue.variables,
        rate_from=rate_from,
        price_year=int(price_year),
        inflation=assumed("inflation"),
        roles=catalogue.roles,
    )
    ends_after, years_after = _years_later(assumed, is_limited="upkeep" in rules)
    all_years = range(years[0], years[-1] + 1 + ends_after)
    of_nation, added = amount.amount * rate_from(amount.currency) / _MILLION, 0.0
    if "floor" in rules:
        least, most = assumed("floor.per_head"), assumed("floor.of_nation")
        of_cities, added = raised_to_floor(
            of_cities, sized, floor=least, most=most * of_nation, currency=currency
        )
    note = sentences(
        [
            *_of_others(catalogue, nation, nations),
            _basis(catalogue, exchange, currency, assumed, None if expected is None else years[-1]),
            _completed_after(ends_after, years[-1]),
            stock_words(standing, pl.concat([projects.select(pair), is_there.select(pair)])),
            *repayment_notes(catalogue, money, assumed, is_left_out=not is_repaid),
            _fiscal_years(years[0], fiscal_month),
        ]
    )
    tables = {
        "cities": sized.join(placed, on="code", maintain_order="left").select(
            city="code",
            name="name_en",
            weight=pl.col("served") / _MILLION,
            region="region",
            evidence="evidence",
            note="note",
        ),
        "indicators": indicators,
        "projects": projects.drop("rest"),
        "inflows": inflow_table(catalogue, sized, projects, rate_from, price_year=price_year),
        "prerequisites": prerequisites,
        "effects": effects,
        "gaps": gaps,
        "figures": read,
        "potentials": potentials_of(catalogue),
        **(people_tables(catalogue, sized, projects, all_years, rate_from) if "people" in rules else {}),
        **promise_tables(catalogue, placed, projects, years, rules, nations=nations),
        "curve": pl.DataFrame(
            {
                "segment": [1, 2],
                "width": [0.5, 0.5],
                "slope": [assumed("curve.first_half"), assumed("curve.second_half")],
            }
        ),
        "funds": _funds(catalogue).filter(is_payer),
        "budgets": budgets(
            of_cities,
            years,
            all_years,
            of_nation - added,
            given(amount, exchange, currency, added, years),
            assumed,
        ),
        **({"upkeep": upkeep(of_cities, all_years, assumed)} if "upkeep" in rules else {}),
        **({"repayments": repayments(catalogue, money).filter(is_payer)} if is_repaid else {}),
        "fund_limits": fund_limits(catalogue, all_years, assumed).filter(is_payer),
        "omitted": pl.concat([omitted, _unsized(catalogue, unsized)]),
    }
    return Roadmap(
        years=all_years,
        settings=Settings(
            discount_rate=assumed("discount_rate"),
            spending_price=assumed("spending_price"),
            foreign_share_max=assumed("foreign_share_max"),
            ends_after=ends_after,
            years_after=years_after,
            shortfall_price=assumed("shortfall_price") if {"standards", "fairness"} & set(rules) else 0.0,
            operation_by="city",
            currency=currency,
            weight_unit=MILLION_PEOPLE,
            price_year=price_year,
            note=str(note),
        ),
        **in_english(tables, note),
    )


def _effects(projects: pl.DataFrame, links: pl.DataFrame, gaps: pl.DataFrame) -> pl.DataFrame:
    """Return the effects of every project: those of the rest, where a part of the solution is there.

    Where the roll-out is itself the indicator and its figure is measured, its need is that rest already.
    """
    measured = gaps.filter(evidence=Evidence.MEASURED_HERE.value)
    counted = measured.select("city", "indicator", evidence=pl.lit(Evidence.BY_CONSTRUCTION.value), whole=1.0)
    return (
        projects.select("project", "city", "solution", "rest")
        .join(links, on="solution", maintain_order="left")
        .join(counted, on=["city", "indicator", "evidence"], how="left", maintain_order="left")
        .with_columns(pl.col("effect", "low", "high") * pl.coalesce("whole", "rest"))
        .drop("city", "solution", "rest", "whole")
    )


def _common_year(catalogue: Catalogue, first: int) -> int:
    """Return to the prices of which year every cost of the catalogue can be moved."""
    prices = {(each.cost_unit.currency, each.price_year) for each in catalogue.solutions.values()}
    return common_year(catalogue.assumptions, prices, first)


def undeclared(catalogue: Catalogue) -> list[Fault]:
    """Return a fault for each table without which there is nothing to plan."""
    has_effect = any(effect.is_counted for effect in catalogue.effects)
    tables = {"solutions": catalogue.solutions, "effects": has_effect, "funds": catalogue.funds}
    return [
        Fault(
            "error",
            coded("plan.build.nothing_declared", "no row of {table} can be used in a plan", table=name),
            text(
                "declare some in {file} in your own catalogue (for an example: urbium catalogue start "
                "FOLDER; to import it: urbium catalogue import FOLDER --add)",
                file=TABLES[name].written,
            ),
            "nothing-declared",
            sheet=name,
        )
        for name, rows in tables.items()
        if not rows
    ]


def _of_others(catalogue: Catalogue, nation: str, nations: pl.DataFrame) -> list[Text]:
    """Say which numbers of other nations the plan is made of, as the nation has not declared its own."""
    own = {nation, *nations["nation"]} - {""}
    return [row.words for row in borrowed(catalogue, own) if row.table == PLAN_TABLE]


def _basis(
    catalogue: Catalogue, exchange: Exchange, currency: str, assumed: Assumed, year: int | None
) -> str:
    """Say how amounts were made, and for the people of which year; None when growth was not looked at."""
    in_costs = dict.fromkeys(solution.cost_unit.currency for solution in catalogue.solutions.values())
    steps = [step for money in in_costs for step in exchange.steps(money, currency)]
    rates = [
        text(
            "catalogue amounts are converted at {currency} {rate:g} per {per} (assumption)",
            per=step.rate.per, currency=step.rate.currency, rate=step.rate.rate
        )
        if step.assumption
        else text("catalogue amounts are converted at {rate}", rate=step.words)
        for step in steps
    ]  # fmt: skip
    people = (
        text("projects and needs are sized for today's population")
        if year is None
        else text("projects and needs are sized for the mean population projected for {year}", year=year)
    )
    after = text(
        "the benefit of completed projects is counted until {years} years after the plan, even where "
        "the benefit begins only after the plan (assumption)",
        years=round(assumed("benefit.years_after")),
    )
    return sentences([*rates, after, people])


def _years_later(assumed: Assumed, *, is_limited: bool) -> tuple[int, int]:
    """Return how many years after the plan something may be completed, and for how many more it counts.

    Without limits on what later years may pay all is completed within the plan.
    """
    after = round(assumed("benefit.years_after"))
    ends_after = min(round(assumed("plan.ends_after")), after) if is_limited else 0
    return ends_after, after - ends_after


def _completed_after(count: int, last: int) -> Text:
    """Say how long after the plan what began in it may be completed, and with which money."""
    if not count:
        return sentences([])
    return texts(
        "projects that start in the plan may be completed one year after it, in {until} "
        "(assumption)",
        "projects that start in the plan may be completed up to {count} years after it, by {until} "
        "(assumption)",
        count=count, until=str(last + count)
    )  # fmt: skip


def _fiscal_years(first: int, month: int) -> Text:
    """Say from when to when a plan year is, where it is no calendar year."""
    if month == 1:
        return sentences([])
    year = fiscal_year(first, month)
    return text(
        "plan years are fiscal years: {year} runs from {first} to {last}",
        year=str(first),
        first=f"{year.start:%Y-%m}",
        last=f"{year.end:%Y-%m}",
    )


def _unsized(catalogue: Catalogue, cities: pl.DataFrame) -> pl.DataFrame:
    """Return every solution in every city that has no known population, with that reason."""
    solutions = pl.DataFrame({"solution": list(catalogue.solutions)}, schema={"solution": pl.String})
    reason = cell(text("the city's population is unknown, so no costs could be calculated there"))
    return (
        cities.select(city="code")
        .join(solutions, how="cross", maintain_order="left_right")
        .select("solution", reason=pl.lit(reason), city="city")
    )


def _provinces(places: pl.DataFrame) -> pl.DataFrame:
    """Return code and province of each city; empty where the province is not known."""
    if "province_en" not in places.columns:
        return pl.DataFrame(schema={"code": pl.String, "province_en": pl.String})
    return places.select("code", "province_en")


def _prerequisites(catalogue: Catalogue, projects: pl.DataFrame, is_there: pl.DataFrame) -> pl.DataFrame:
    """Return what projects require; nothing of what their city has whole."""
    pairs = pl.DataFrame(
        [(s.code, needed) for s in catalogue.solutions.values() for needed in s.prerequisites],
        schema={"solution": pl.String, "needed": pl.String},
        orient="row",
    )
    return (
        projects.select("project", "city", "solution")
        .join(pairs, on="solution", maintain_order="left")
        .join(
            is_there.select("city", needed="solution"),
            on=["city", "needed"],
            how="anti",
            maintain_order="left",
        )
        .select("project", requires=pl.format("{}:{}", "city", "needed"), lag=pl.lit(0))
    )


def _takers(catalogue: Catalogue, projects: pl.DataFrame) -> list[str]:
    """Return the funds that pay a finance model of some project."""
    taken = {model for models in projects["finance_models"].unique() for model in models.split(";")}
    return [fund.id for fund in catalogue.funds.values() if taken.intersection(fund.finance_models)]


def _funds(catalogue: Catalogue) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "fund": f.id, "name": cell(named(f.name, f.id)), "finance_models": ";".join(f.finance_models),
                "share_max": f.share_max, "payer": _PAYER.get(f.scope, "outside"), "is_foreign": f.is_foreign,
                "evidence": f.evidence.value, "note": cell(declared(f.note)),
            }
            for f in catalogue.funds.values()
        ]
    )  # fmt: skip
