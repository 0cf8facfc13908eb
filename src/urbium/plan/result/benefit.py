r"""Benefit: what a plan's objective is made of, in parts that add up, and what each project has of it.

The objective is what is closed of each gap, by year, on a concave curve, less what is missed and a small
price of spending. Where several projects close one gap together, each has of it in proportion to its part
of what is attained in the year,

.. math:: b_{pit} = w_{cit} \, f(a_{cit}) \, \frac{e_{pit}}{\sum_q e_{qit}}

so that the parts of all projects add up to the whole (the marginal value of each alone does not: what several
bring is then counted once or not at all). Penalties and the price of spending stand beside.
See ADR 0042, 0105.
"""

import numpy as np
import polars as pl

from urbium.model.words import DOMAINS
from urbium.plan.milp.objective import attained, curved, shortfalls, spending
from urbium.plan.result.wording import BENEFIT_PARTS
from urbium.plan.rules.rule import Outcome
from urbium.plan.variables import Floats, Integers, Variables
from urbium.text import Text, coded, text

PENALTIES = ("standard", "fairness", "prerequisite", "spending")
"""What is taken off: standards missed, what fairness lacks, order, the price of spending."""

_PARTS = {"part": pl.String(), "domain": pl.String(), "evidence": pl.String(), "amount": pl.Float64()}
_NONE = 1e-12
_LEAST = 1e-9
_NAMED = 3
"""Fields that are named as those of most of the improvement."""
_NOTHING = coded("plan.benefit.none", "The plan brings no improvement.")


def benefit_parts(plan: Outcome) -> pl.DataFrame:
    """Return the parts of a plan's objective: part, domain, evidence, amount; the amounts add up to it.

    ``part`` is ``outcome`` or ``output`` (the kind of the indicator that improves, with its domain and the
    evidence level of the effects), or a penalty: ``standard``, ``fairness``, ``prerequisite``, ``spending``,
    whose amounts are 0 or less.
    """
    gains = (
        benefit_by_effect(plan)
        .group_by("part", "domain", "evidence", maintain_order=True)
        .agg(pl.col("amount").sum())
        .sort("part", "amount", descending=[False, True], maintain_order=True)
    )
    losses = [(part, "", "", -amount) for part, amount in _losses(plan).items()]
    return pl.concat([gains.select(*_PARTS), pl.DataFrame(losses, schema=_PARTS, orient="row")])


def benefit_by_effect(plan: Outcome) -> pl.DataFrame:
    """Return what each effect of a chosen project has of the plan's improvement, before any penalty.

    Columns: project, city, indicator, part (``outcome`` or ``output``), domain, evidence (of the effect),
    amount (discounted, weighted improvement over the plan years, and the years after that count).
    """
    lay = Variables(plan.roadmap)
    project, gap, _, _ = lay.links
    amounts = _shared(lay, lay.start_indices(plan.table))
    road = lay.roadmap
    gaps = lay.gaps.select("city", "indicator")
    rows = pl.DataFrame({"project": project, "gap": gap, "amount": amounts}).filter(pl.col("amount") > 0)
    rows = rows.group_by("project", "gap", maintain_order=True).agg(pl.col("amount").sum())
    named = rows.with_columns(
        project=pl.Series(road.projects["project"].gather(rows["project"])),
        city=pl.Series(gaps["city"].gather(rows["gap"])),
        indicator=pl.Series(gaps["indicator"].gather(rows["gap"])),
    )
    evidence = road.effects.select("project", "indicator", "evidence")
    kinds = road.indicators.select("indicator", "domain", part="kind")
    return (
        named.join(evidence, on=["project", "indicator"], how="left", maintain_order="left")
        .join(kinds, on="indicator", how="left", maintain_order="left")
        .select("project", "city", "indicator", "part", "domain", "evidence", "amount")
    )


def closed_by_gap(plan: Outcome) -> pl.DataFrame:
    r"""Return what a plan closes of each gap, and what could be: city, indicator, domain, closed, improvable.

    What could be improved is the same curve over the same years with the gap closed up to its ceiling from
    the first year on,

    .. math:: B_{ci} = W_c \, \omega_i \, n_{ci} \, q(\hat a_{ci}) \sum_t (1 + r)^{t_0 - t},

    for every gap that some solution affects, whether money, people or time let it be closed or not.
    """
    lay = Variables(plan.roadmap)
    whole = (lay.widths @ lay.slopes) * lay.gaps["worth"].to_numpy() * lay.year_worth.sum()
    gained = benefit_by_effect(plan).group_by("city", "indicator").agg(closed=pl.col("amount").sum())
    return (
        lay.gaps.select("city", "indicator", improvable=pl.Series(whole, dtype=pl.Float64))
        .join(
            plan.roadmap.indicators.select("indicator", "domain"),
            on="indicator",
            how="left",
            maintain_order="left",
        )
        .join(gained, on=["city", "indicator"], how="left", maintain_order="left")
        .with_columns(pl.col("closed").fill_null(0.0))
        .select("city", "indicator", "domain", "closed", "improvable")
    )


def closed_ends(plan: Outcome) -> tuple[float, float] | None:
    """Return what a plan closes when each effect is at the low end of its range, and at the high end.

    Start years stay as they are, and an effect without a range as it is planned; what could be improved is
    that of :func:`closed_by_gap`. Both ends are extremes: that all effects lie low, or high, together. None
    where no effect has a range.
    """
    effects = plan.roadmap.effects
    if effects.filter(pl.col("low").is_not_null() | pl.col("high").is_not_null()).is_empty():
        return None
    return _closed_at(plan, "low"), _closed_at(plan, "high")


def _closed_at(plan: Outcome, end: str) -> float:
    at_end = pl.coalesce(end, "effect").clip(0.0, 1.0)
    lay = Variables(plan.roadmap.replace(effects=plan.roadmap.effects.with_columns(effect=at_end)))
    worth = curved(lay, np.arange(lay.gaps.height), attained(lay, lay.start_indices(plan.table)))
    return float((worth * lay.gaps["worth"].to_numpy()[:, None] * lay.year_worth).sum())


def benefit_by_project(plan: Outcome) -> pl.DataFrame:
    """Return project, benefit (improvement that is its own) and share (of all improvement; they sum to 1).

    A project that closes nothing by itself has 0: it serves others.
    """
    by_project = benefit_by_effect(plan).group_by("project").agg(benefit=pl.col("amount").sum())
    table = plan.table.select("project").join(by_project, on="project", how="left", maintain_order="left")
    table = table.with_columns(pl.col("benefit").fill_null(0.0))
    whole = float(table["benefit"].sum())
    return table.with_columns(share=pl.col("benefit") / whole if whole > 0 else pl.lit(0.0))


def closed_words(closed: pl.DataFrame, year: int, ends: tuple[float, float] | None = None) -> Text:
    """Say which share of what could be improved a plan closes, in all and in the median city, with its range.

    Parameters
    ----------
    closed : of each gap, as :func:`closed_by_gap` returns it
    year : the last one that is counted
    ends : what is closed at the ends of the effects, as :func:`closed_ends` returns it

    >>> gaps = pl.DataFrame({"city": ["A", "B"], "closed": [1.0, 0.0], "improvable": [4.0, 6.0]})
    >>> closed_words(gaps, 2030, (0.5, 2.0))  # doctest: +ELLIPSIS
    'The plan achieves 10.0% of the possible improvement by 2030 (median city 12.5%): 5.0% if every ...'
    """
    cities = closed.group_by("city").agg(pl.col("closed", "improvable").sum())
    shares = (
        cities.filter(pl.col("improvable") > 0).select(pl.col("closed") / pl.col("improvable")).to_series()
    )
    if not shares.sum():
        return _NOTHING
    possible = float(closed["improvable"].sum())
    facts = {
        "share": float(closed["closed"].sum()) / possible, "year": year,
        "median": shares.median(),
    }  # fmt: skip
    if ends is None:
        return coded(
            "plan.benefit.closed",
            "The plan achieves {share:.1%} of the possible improvement by {year} (median city "
            "{median:.1%}); no range is given, because none is stated for the effects. The "
            "possible improvement is what would be gained if every need were met as far as "
            "solutions allow, regardless of limits on money, people and time.",
            **facts,
        )
    return coded(
        "plan.benefit.closed_between",
        "The plan achieves {share:.1%} of the possible improvement by {year} (median city "
        "{median:.1%}): {low:.1%} if every effect is at the low end of its stated range, {high:.1%} if "
        "every effect is at the high end. The possible improvement is what would be gained if every "
        "need were met as far as solutions allow, regardless of limits on money, people and time.",
        low=ends[0] / possible, high=ends[1] / possible, **facts,
    )  # fmt: skip


def gain_words(
    closed: pl.DataFrame, people: float, year: int, ends: tuple[float, float] | None = None
) -> Text:
    """Say what people gain by a plan: its share of what is possible, mostly where, and in person-years.

    Parameters
    ----------
    closed, year, ends : as of :func:`closed_words`, with the domain of each gap; in million person-years,
        weighted
    people : of the cities, in millions

    >>> gaps = pl.DataFrame(
    ...     {"city": ["A", "B"], "domain": ["waste", "water"], "closed": [1.0, 0.0], "improvable": [4.0, 6.0]}
    ... )
    >>> gain_words(gaps, 2.5, 2030, (0.5, 2.0))  # doctest: +ELLIPSIS
    'By 2030, the plan achieves 10.0% of the improvement that is possible for the 2.5 million people of ...'
    """
    gained, possible = closed.select(pl.col("closed", "improvable").sum()).row(0)
    fields = closed.group_by("domain").agg(pl.col("closed").sum()).filter(pl.col("closed") > 0)
    largest = fields.sort("closed", "domain", descending=[True, False])["domain"].head(_NAMED)
    facts = {
        "people": 1e6 * people, "cities": closed["city"].n_unique(), "share": gained / possible, "year": year,
        "fields": [DOMAINS.get(field, field) for field in largest],
        "gained": 1e6 * gained, "possible": 1e6 * possible,
    }  # fmt: skip
    if ends is None:
        return text(
            "By {year}, the plan achieves {share:.1%} of the improvement that is possible for the "
            "{people:compact} people of {cities:,} cities, most of it in {fields:list}. That is "
            "{gained:compact} of a possible {possible:compact} person-years. One person-year is "
            "one person for one year with every outcome improved as far as solutions allow.",
            **facts,
        )
    return text(
        "By {year}, the plan achieves {share:.1%} of the improvement that is possible for the "
            "{people:compact} people of {cities:,} cities ({low:.1%} to {high:.1%} with all effects at "
            "their low or high ends), most of it in {fields:list}. That is {gained:compact} of a "
            "possible {possible:compact} person-years. One person-year is one person for one year with "
            "every outcome improved as far as solutions allow.",
        low=ends[0] / possible, high=ends[1] / possible, **facts,
    )  # fmt: skip


def benefit_words(benefit: pl.DataFrame, unit: Text) -> Text:
    """Say how a plan benefit is added up: what improves, and what is taken off, in its unit.

    Parameters
    ----------
    benefit : its parts, as :func:`benefit_parts` returns them
    """
    sums = benefit.group_by("part").agg(pl.col("amount").sum())
    amounts = dict(sums.filter(pl.col("amount").abs() > _LEAST).iter_rows())
    parts = {part: _signed(title, amounts[part]) for part, title in BENEFIT_PARTS.items() if part in amounts}
    gains = [words for part, words in parts.items() if amounts[part] > 0]
    losses = [words for part, words in parts.items() if amounts[part] < 0]
    if not gains:
        return _NOTHING
    facts = {"unit": unit, "gains": gains, "benefit": sum(amounts.values())}
    if not losses:
        return coded(
            "plan.benefit.whole", "The plan benefit is {benefit:,.4g} ({unit}): {gains:list}.", **facts
        )
    return coded(
        "plan.benefit.net",
        "The plan brings an improvement of {improvement:,.4g} ({unit}): {gains:list}. After deductions "
        "({losses:list}) the plan benefit is {benefit:,.4g}.",
        improvement=sum(amount for amount in amounts.values() if amount > 0), losses=losses, **facts
    )  # fmt: skip


def _signed(part: Text, amount: float) -> Text:
    """Return a part of the plan benefit with what it adds or takes away."""
    if amount < 0:
        return coded("plan.benefit.less", "{part} -{amount:,.4g}", part=part, amount=-amount)
    return coded("plan.benefit.more", "{part} +{amount:,.4g}", part=part, amount=amount)


def _shared(lay: Variables, start: Integers) -> Floats:
    """Return what each link has of the worth of its gap, over all years: (links,)."""
    project, gap, effect, wait = lay.links
    every = np.arange(lay.gaps.height)
    reached = attained(lay, start)
    worth = curved(lay, every, reached) * lay.gaps["worth"].to_numpy()[:, None] * lay.year_worth
    per_unit = np.divide(worth, reached, out=np.zeros_like(worth), where=reached > _NONE)
    from_year = np.cumsum(per_unit[:, ::-1], axis=1)[:, ::-1]
    begun = start[project]
    since, share = lay.felt(begun + wait)
    return np.asarray(np.where(begun >= 0, effect * share * from_year[gap, since], 0.0))


def _losses(plan: Outcome) -> dict[str, float]:
    """Return what is taken off the improvement, by penalty."""
    lay = Variables(plan.roadmap)
    start = lay.start_indices(plan.table)
    short, road = shortfalls(lay, start), lay.roadmap
    price = road.settings.shortfall_price
    capital, yearly = spending(lay, start)
    trained = plan.training.join(road.training.select("occupation", "cost"), on="occupation")
    factor = {year: float(lay.discount[year - road.years[0]]) for year in road.years}
    taught = sum(
        units * cost * factor[year] for year, units, cost in trained.select("year", "units", "cost").rows()
    )
    spent = float(((capital + yearly) @ lay.discount).sum()) + taught
    amounts = (
        price * float(short.missed.sum()),
        price * float(short.lacking.sum()),
        float(short.loose @ road.soft_prerequisites["loss"].to_numpy()),
        road.settings.spending_price * spent,
    )
    return dict(zip(PENALTIES, amounts, strict=True))
