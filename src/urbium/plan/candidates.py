"""From the catalogue to a roadmap: every solution in every city as a candidate with its cost and effects.

Rules, all declared in ``data/rules/assumptions.csv`` and changeable there:

- capital = geometric mean of the catalogue's low and high cost per head x people of the city x exchange rate;
- figures count only for the area that their variable declares: boundaries are never mixed;
- people = the urban agglomeration where it is known, else the registered population of the prefecture x the
  urban share of the nation (flagged as an assumption on every row it enters);
- effect on an indicator = middle of the catalogue's range as a share of the indicator's potential, which is
  the middle of the published ceiling, or else the sum over all solutions of the catalogue; where the roll-out
  is itself the indicator, the planned coverage; an effect that does not hold citywide x the partial coverage;
- indicators weigh the same within their sub-domain, and sub-domains weigh the same;
- need = 1 - normalised score / 100 where the indicator is measured, else one neutral figure for all cities.

National effects (on GDP) and effects on things no indicator set names stay out. A solution without a known
effect stays in as a prerequisite of others.
"""

import math
import re

import polars as pl

from urbium.catalogue import Catalogue
from urbium.errors import InputError, NotFoundError
from urbium.model import Effect, Evidence, Solution
from urbium.money import Money
from urbium.plan.roadmap import NATIONWIDE, Roadmap, Settings
from urbium.units import convert

__all__ = ["candidates", "city_budgets", "city_people"]

_MILLION = 1e6
_PAYER = {"nation": "nation", "city": "city"}

_CEILING_OF = {
    "U4SSC:Emergency response time": "Emergency response time",
    "U4SSC:GHG emissions": "Greenhouse gas emissions",
    "U4SSC:Water consumption": "Water consumption",
    "U4SSC:Water supply loss": "Water losses from leakage",
    "U4SSC:Air pollution": "PM2.5 annual mean",
    "U4SSC:Travel time index": "Average commute time",
    "ISO37120:Crimes against property per 100 000": "Crime incidents (assault, robbery, burglary, car theft)",
    "ISO37120:Municipal solid waste collected per capita (t)": "Solid waste per capita (unrecycled)",
}
"""Which published ceiling stands for which indicator of the effects: our reading of the two lists."""

_GIVEN = "given for this plan"
_UNUSED = ["suspect", "projected"]
_PLACEHOLDER = (50.0, 100.0)
_RANK = {level: rank for rank, level in enumerate(Evidence)}


def candidates(
    catalogue: Catalogue,
    cities: pl.DataFrame,
    observations: pl.DataFrame,
    *,
    years: range,
    budget: str | Money,
    scores: pl.DataFrame | None = None,
) -> Roadmap:
    """Return the roadmap of every catalogue solution in every city of known size.

    Parameters
    ----------
    catalogue : solutions, effects, ceilings, funds and assumptions
    cities : columns code, name_en, latitude (rows of level ``nation`` are left out)
    observations : figures with the columns of ``model.OBSERVATION``; suspect ones are not used, nor those of
        another area than the catalogue declares for the variable
    years : the plan years
    budget : what the nation pays in each year, such as ``12 bn CNY/year``
    scores : city, indicator, normalised (0 to 100), status, as in ``Scores.indicators``; None when nothing
        is measured

    Raises
    ------
    InputError
        When the budget is not in CNY, or no city is of known size.
    """
    amount = Money.parse(budget)
    if amount.currency != "CNY":
        raise InputError(
            f"the budget is in {amount.currency}", remedy="give it in CNY, for example 12 bn CNY/year"
        )
    assumed = _Assumed(catalogue)
    places = cities.filter(pl.col("level") != "nation") if "level" in cities.columns else cities
    figures = _of_declared_area(observations, catalogue)
    people = city_people(places, figures, share=assumed("urban_share"))
    sized = people.filter(pl.col("people") > 0)
    if sized.is_empty():
        raise InputError("no city has a known population", remedy="load population figures first")
    indicators, links = _effects(catalogue, assumed)
    projects, omitted = _projects(catalogue, sized, assumed, years)
    unsized = people.join(sized, on="code", how="anti", maintain_order="left")
    return Roadmap(
        years=years,
        cities=sized.select(
            city="code", name="name_en", weight=pl.col("people") / _MILLION, evidence="evidence", note="note"
        ),
        indicators=indicators,
        projects=projects,
        prerequisites=_prerequisites(catalogue, projects),
        effects=projects.select("project", "solution")
        .join(links, on="solution", maintain_order="left")
        .drop("solution"),
        gaps=_gaps(sized, indicators, scores, catalogue, assumed("need.unmeasured")),
        curve=pl.DataFrame(
            {
                "segment": [1, 2],
                "width": [0.5, 0.5],
                "slope": [assumed("curve.first_half"), assumed("curve.second_half")],
            }
        ),
        funds=_funds(catalogue),
        budgets=_budgets(
            sized,
            figures,
            years,
            amount.amount / _MILLION,
            assumed("city_budget.share_of_fiscal_revenue"),
        ),
        fund_limits=_fund_limits(catalogue, years),
        omitted=pl.concat([omitted, _unsized(catalogue, unsized)]),
        settings=Settings(
            discount_rate=assumed("discount_rate"),
            spending_price=assumed("spending_price"),
            foreign_share_max=assumed("foreign_share_max"),
            operation_by="city",
            currency="CNY",
            price_year="of the catalogue (1993-2025, not moved)",
            note=f"USD of the catalogue at {assumed('exchange_rate.CNY_per_USD'):g} CNY (assumption)",
        ),
    )


def city_people(cities: pl.DataFrame, observations: pl.DataFrame, *, share: float) -> pl.DataFrame:
    """Return how many people each city has: code, name_en, latitude, people, evidence, note.

    The latest agglomeration figure counts; else the latest registered population of the prefecture x
    ``share``; else ``people`` is null. Suspect and projected figures do not count. Every figure is taken to
    be of its variable's declared area.
    """
    figures = observations.filter(~pl.col("status").is_in(_UNUSED))

    def latest(variable: str, name: str) -> pl.DataFrame:
        rows = figures.filter((pl.col("variable") == variable) & (pl.col("value") > 0))
        last = rows.sort("period", "source").group_by("city", maintain_order=True).last()
        return last.select(
            pl.col("city").alias("code"),
            (pl.col("value") * _factor(last, "persons")).alias(name),
            pl.col("period").alias(f"{name}_period"),
        )

    joined = (
        cities.select("code", "name_en", "latitude")
        .join(latest("population_agglomeration", "urban"), on="code", how="left", maintain_order="left")
        .join(latest("population_year_end", "registered"), on="code", how="left", maintain_order="left")
    )
    known = pl.col("urban").is_not_null()
    return joined.select(
        "code",
        pl.col("name_en").fill_null(pl.col("code")),
        "latitude",
        people=pl.when(known).then("urban").otherwise(pl.col("registered") * share),
        evidence=pl.when(known)
        .then(pl.lit(Evidence.PUBLISHED.value))
        .otherwise(pl.lit(Evidence.ASSUMPTION.value)),
        note=pl.when(known)
        .then(pl.format("urban agglomeration {}", "urban_period"))
        .when(pl.col("registered").is_not_null())
        .then(
            pl.format(
                f"registered population {{}} x urban share {share:g}: higher-level extrapolated",
                "registered_period",
            )
        )
        .otherwise(pl.lit("no population known")),
    ).sort("code")


def city_budgets(cities: pl.DataFrame, observations: pl.DataFrame, *, share: float) -> pl.DataFrame:
    """Return what each city may spend a year: city, amount (m CNY), evidence, note.

    ``share`` of the fiscal revenue of the latest year in which both the gross domestic product and its
    fiscal share are known (suspect and projected figures are not); a city without them gets the median amount
    per head of the others.
    """
    usable = observations.filter(~pl.col("status").is_in(_UNUSED)).sort("period", "source")
    money = usable.filter(pl.col("variable") == "gdp")
    ratio = usable.filter(pl.col("variable") == "fiscal_revenue_gdp")
    rows = pl.concat(
        [
            money.with_columns(pl.col("value") * _factor(money, "million CNY")),
            ratio.with_columns(pl.col("value") * _factor(ratio, "ratio")),
        ]
    )
    wide = rows.pivot("variable", index=["city", "period"], values="value", aggregate_function="last")
    absent = [
        pl.lit(None, pl.Float64).alias(c) for c in ("gdp", "fiscal_revenue_gdp") if c not in wide.columns
    ]
    known = (
        wide.with_columns(absent)
        .filter((pl.col("gdp") > 0) & (pl.col("fiscal_revenue_gdp") > 0))
        .sort("period")
        .group_by("city", maintain_order=True)
        .last()
        .select("city", "period", own=pl.col("gdp") * pl.col("fiscal_revenue_gdp") * share)
    )
    joined = cities.select(city="code", people="people").join(
        known, on="city", how="left", maintain_order="left"
    )
    median = joined.select((pl.col("own") / pl.col("people")).median()).item()
    return joined.select(
        "city",
        amount=pl.col("own").fill_null(pl.col("people") * (median if median is not None else 0.0)),
        evidence=pl.lit(Evidence.ASSUMPTION.value),
        note=pl.when(pl.col("own").is_not_null())
        .then(
            pl.format(
                f"{share:.1%} of the fiscal revenue of {{}}: the share is declared, not published", "period"
            )
        )
        .otherwise(pl.lit("median of the other cities per head: no fiscal figures")),
    )


def _of_declared_area(observations: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Return the figures that are of the area which the catalogue declares for their variable."""
    areas = pl.DataFrame(
        [(variable.id, variable.area) for variable in catalogue.variables.values()],
        schema={"variable": pl.String, "area": pl.String},
        orient="row",
    )
    return observations.join(areas, on=["variable", "area"], how="semi", maintain_order="left")


def _factor(rows: pl.DataFrame, target: str) -> pl.Expr:
    """Return by what each row's value is multiplied to be in the target unit."""
    factors = {unit: convert(1.0, unit, target) for unit in rows["unit"].unique().to_list()}
    return pl.col("unit").replace_strict(factors, default=None, return_dtype=pl.Float64)


def _unsized(catalogue: Catalogue, cities: pl.DataFrame) -> pl.DataFrame:
    """Return every solution in every city that has no known population, with that reason."""
    solutions = pl.DataFrame({"solution": list(catalogue.solutions)}, schema={"solution": pl.String})
    reason = "no population of the city is known, so that nothing could be priced there"
    return (
        cities.select(city="code")
        .join(solutions, how="cross", maintain_order="left_right")
        .select("solution", reason=pl.lit(reason), city="city")
    )


class _Assumed:
    """Reads a declared assumption by its id; one that is not declared is refused, never guessed."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._known = catalogue.assumptions

    def __call__(self, name: str) -> float:
        if name not in self._known:
            raise NotFoundError.named("assumption", name, self._known)
        return self._known[name].value


def _worst(*levels: Evidence) -> str:
    return max(levels, key=_RANK.__getitem__).value


def _domain(code: str) -> str:
    """The sub-domain of an indicator code: ``EC: ICT`` of U4SSC, the clause of an ISO list."""
    if code.startswith("ISO"):
        clause = re.search(r" (\d+)", code.removeprefix("ISO "))
        return f"ISO 3712x clause {clause[1]}" if clause else "ISO 3712x"
    return ": ".join(part.strip() for part in code.split(":")[:2])


def _effects(catalogue: Catalogue, assumed: _Assumed) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the indicators with their weights, and the effects by solution."""
    used = [e for e in catalogue.effects if e.indicator_code and not e.indicator.startswith("OTHER:")]
    ceilings = {ceiling.indicator: ceiling for ceiling in catalogue.ceilings}
    totals: dict[str, float] = {}
    for effect in used:
        totals[effect.indicator_code] = (
            totals.get(effect.indicator_code, 0.0) + (effect.low + effect.high) / 2
        )
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for effect in used:
        ceiling = ceilings.get(_CEILING_OF.get(effect.indicator, ""))
        potential = (ceiling.low + ceiling.high) / 2 if ceiling else totals[effect.indicator_code]
        rows[effect.solution, effect.indicator_code] = _effect(
            effect, catalogue.solutions[effect.solution], potential, bool(ceiling), assumed
        )
    names = {effect.indicator_code: effect.indicator.split(":", 1)[1] for effect in used}
    domains: dict[str, list[str]] = {}
    for code in names:
        domains.setdefault(_domain(code), []).append(code)
    indicators = pl.DataFrame(
        [
            {
                "indicator": code, "name": names[code], "domain": domain,
                "weight": 1 / len(domains) / len(codes),
                "evidence": Evidence.ASSUMPTION.value, "note": "equal weights of sub-domains and within them",
            }
            for domain, codes in domains.items()
            for code in codes
        ]
    )  # fmt: skip
    return indicators, pl.DataFrame(list(rows.values()))


def _effect(
    effect: Effect, solution: Solution, potential: float, has_ceiling: bool, assumed: _Assumed
) -> dict[str, object]:
    rolled_out = effect.evidence == Evidence.BY_CONSTRUCTION
    build = math.ceil(solution.build_years)
    if rolled_out and (effect.low, effect.high) == _PLACEHOLDER:
        share, level, note = assumed("coverage.planned"), Evidence.BY_CONSTRUCTION, "planned coverage"
    else:
        share, level = min((effect.low + effect.high) / 2 / potential, 1.0), effect.evidence
        note = "share of the published ceiling" if has_ceiling else "share of the sum over the catalogue"
        if effect.scope != "citywide":
            share, level = share * assumed("coverage.partial"), Evidence.ASSUMPTION
            note += f"; holds for {effect.scope}: x partial coverage"
    lag = math.ceil(effect.lag)
    return {
        "solution": effect.solution,
        "indicator": effect.indicator_code,
        "effect": share,
        "lag": max(lag - build, 0) if rolled_out else lag,
        "evidence": level.value,
        "note": note,
    }


def _projects(
    catalogue: Catalogue, sized: pl.DataFrame, assumed: _Assumed, years: range
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the projects, and the solutions that are no candidate somewhere with the reason."""
    rate = assumed("exchange_rate.CNY_per_USD")
    known = set(catalogue.assumptions)
    kinds = pl.DataFrame(
        [
            {
                "solution": s.code,
                "per_head": math.sqrt(s.capital_low * s.capital_high) * rate
                * (assumed(f"treated_share.{s.code}") if f"treated_share.{s.code}" in known else 1.0),
                "operation_share": s.operation_share,
                "build_years": math.ceil(s.build_years),
                "finance_models": ";".join(s.finance_models),
                "cost_evidence": s.evidence.value,
                "cost_rank": _RANK[s.evidence],
            }
            for s in catalogue.solutions.values()
        ]
    )  # fmt: skip
    every = sized.join(kinds, how="cross", maintain_order="left_right")
    too_warm = (pl.col("solution") == "DH_CONTROL") & (
        pl.col("latitude").fill_null(90) < assumed("heating.latitude_min")
    )
    too_early = (pl.col("solution") == "MOBILE5G") & (years[0] < assumed("mobile5g.first_year"))
    reason = (
        pl.when(too_warm)
        .then(pl.lit("no district heating so far south (assumption heating.latitude_min)"))
        .when(too_early)
        .then(pl.lit("not on the market when the plan begins (assumption mobile5g.first_year)"))
    )
    every = every.with_columns(reason=reason.otherwise(None))
    capital = pl.col("per_head") * pl.col("people") / _MILLION
    lowest = (
        pl.when(pl.col("evidence") == Evidence.ASSUMPTION.value).then("evidence").otherwise("cost_evidence")
    )
    projects = every.filter(pl.col("reason").is_null()).select(
        project=pl.format("{}:{}", "code", "solution"),
        city="code",
        solution="solution",
        capital=capital.round(3),
        operation=(capital * pl.col("operation_share")).round(3),
        build_years="build_years",
        finance_models="finance_models",
        foreign_share_max=pl.lit(1.0),
        evidence=lowest,
        note=pl.format("cost per head: {}; people: {}", "cost_evidence", "note"),
    )
    return projects, every.filter(pl.col("reason").is_not_null()).select("solution", "reason", city="code")


def _prerequisites(catalogue: Catalogue, projects: pl.DataFrame) -> pl.DataFrame:
    pairs = pl.DataFrame(
        [(s.code, needed) for s in catalogue.solutions.values() for needed in s.prerequisites],
        schema=["solution", "needed"],
        orient="row",
    )
    return (
        projects.select("project", "city", "solution")
        .join(pairs, on="solution", maintain_order="left")
        .select("project", requires=pl.format("{}:{}", "city", "needed"), lag=pl.lit(0))
    )


def _gaps(
    sized: pl.DataFrame,
    indicators: pl.DataFrame,
    scores: pl.DataFrame | None,
    catalogue: Catalogue,
    neutral: float,
) -> pl.DataFrame:
    proxies = {each.indicator: each.proxy for each in catalogue.proxies if each.use == "need"}
    every = sized.select(city="code").join(
        indicators.select("indicator"), how="cross", maintain_order="left_right"
    )
    stand_in = pl.DataFrame(
        {
            "indicator": indicators["indicator"],
            "measured_by": [proxies.get(code, code) for code in indicators["indicator"]],
        }
    )
    measured = pl.DataFrame(schema={"city": pl.String, "measured_by": pl.String, "normalised": pl.Float64})
    if scores is not None:
        measured = scores.filter(pl.col("status") == "measured").select(
            "city", "normalised", measured_by="indicator"
        )
    joined = every.join(stand_in, on="indicator", how="left", maintain_order="left").join(
        measured, on=["city", "measured_by"], how="left", maintain_order="left"
    )
    known = pl.col("normalised").is_not_null()
    itself = pl.col("measured_by") == pl.col("indicator")
    return joined.select(
        "city",
        "indicator",
        need=pl.when(known).then(1 - pl.col("normalised").clip(0, 100) / 100).otherwise(neutral),
        ceiling=pl.lit(1.0),
        evidence=pl.when(known & itself)
        .then(pl.lit(Evidence.DERIVED.value))
        .otherwise(pl.lit(Evidence.ASSUMPTION.value)),
        note=pl.when(known & itself)
        .then(pl.format("1 - normalised value of {}", "measured_by"))
        .when(known)
        .then(pl.format("1 - normalised value of {}, which stands in (assumption)", "measured_by"))
        .otherwise(pl.lit("not measured: neutral need (assumption need.unmeasured)")),
    )


def _funds(catalogue: Catalogue) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "fund": f.id, "name": f.name["en"], "finance_models": ";".join(f.finance_models),
                "share_max": f.share_max, "payer": _PAYER.get(f.scope, "outside"), "is_foreign": f.is_foreign,
                "evidence": f.evidence.value, "note": f.note,
            }
            for f in catalogue.funds.values()
        ]
    )  # fmt: skip


def _budgets(
    sized: pl.DataFrame, observations: pl.DataFrame, years: range, nation: float, share: float
) -> pl.DataFrame:
    own = city_budgets(sized, observations, share=share).rename({"city": "place"})
    given = pl.DataFrame({"place": [NATIONWIDE], "amount": [float(nation)], "evidence": "", "note": _GIVEN})
    every = pl.concat([given, own.select(given.columns)])
    return every.join(
        pl.DataFrame({"year": list(years)}), how="cross", maintain_order="left_right"
    ).with_columns(pl.col("amount").round(3))


def _fund_limits(catalogue: Catalogue, years: range) -> pl.DataFrame:
    rows = [
        {"fund": fund, "year": year, "amount": catalogue.assumptions[f"fund_limit.{fund}"].value}
        for fund in catalogue.funds
        if f"fund_limit.{fund}" in catalogue.assumptions
        for year in years
    ]
    return pl.DataFrame(rows, schema={"fund": pl.String, "year": pl.Int64, "amount": pl.Float64})
