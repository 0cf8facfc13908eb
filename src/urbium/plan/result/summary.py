"""Summary: a plan in a few sentences, each with its figures, for a person who reads nothing else."""

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import polars as pl

from urbium.plan.problem.roadmap import NATIONWIDE
from urbium.plan.result.plan import Plan
from urbium.plan.result.similarity import Similarity, similarity
from urbium.plan.result.years import budget_totals, people_use, shortfall_words, shortfalls

__all__ = ["money_words", "summary"]

_BILLION = 1000.0
_ASSUMED = "assumption"
_SCARCE = 0.97


def summary(
    plan: Plan, *, names: Mapping[str, str] = MappingProxyType({}), alike: Similarity | None = None
) -> tuple[tuple[str, str], ...]:
    """Return a plan in words: (about, sentence) pairs, in the order in which a reader asks.

    Parameters
    ----------
    plan : must have a project at least, or there is one sentence only
    names : of cities by code; those of the roadmap unless given
    alike : how alike the cities' plans are; found out unless given
    """
    if plan.table.is_empty():
        return (("What is built", "Nothing: no project is of use within these years and budgets."),)
    known = dict(plan.roadmap.cities.select("city", "name").iter_rows())
    called = {code: name for code, name in (known | dict(names)).items() if name}
    return tuple(_sentences(plan, called, alike or similarity(plan)))


def money_words(millions: float, currency: str) -> str:
    """Write money in billions or millions.

    >>> money_words(259_014.4, "CNY"), money_words(21.423, "CNY")
    ('259.0 bn CNY', '21 m CNY')
    """
    if abs(millions) >= _BILLION:
        return f"{millions / _BILLION:,.1f} bn {currency}"
    return f"{millions:,.0f} m {currency}"


def _sentences(plan: Plan, names: Mapping[str, str], found: Similarity) -> Iterator[tuple[str, str]]:
    yield "What is built", _built(plan)
    yield "Who pays", _paid(plan)
    yield from (("Budgets", text) for text in _budgets(plan))
    yield "How good it is", _proven(plan)
    yield from (("People", text) for text in _people(plan))
    yield from (("What falls short", text) for text in _short(plan, names))
    yield from (("How alike", text) for text in _alike(found))
    yield "What it rests on", _evidence(plan)


def _built(plan: Plan) -> str:
    table = plan.table
    first, last, finish, capital, operation = table.select(
        pl.col("start").min().alias("first"),
        pl.col("start").max().alias("last"),
        pl.col("finish").max(),
        pl.col("capital").sum(),
        pl.col("operation").sum(),
    ).row(0)
    return (
        f"{table.height:,} projects of {_count(table['solution'].n_unique(), 'kind')} in"
        f" {_count(table['city'].n_unique(), 'city', 'cities')}, begun from {first} to {last} and all"
        f" finished by {finish}. They cost {money_words(capital, plan.currency)} to build and, when all are"
        f" built, {money_words(operation, plan.currency)} a year to run."
    )


def _paid(plan: Plan) -> str:
    names = dict(plan.roadmap.funds.select("fund", "name").iter_rows())
    capital = plan.money.filter(pl.col("kind") == "capital").group_by("fund").agg(pl.col("amount").sum())
    whole = capital["amount"].sum()
    if not whole:
        return "Nothing is to be paid for building."
    shares = [
        f"{names.get(fund) or fund} {_percent(amount / whole)}"
        for fund, amount in capital.sort("amount", "fund", descending=[True, False]).iter_rows()
    ]
    payer = "the cities" if plan.roadmap.settings.operation_by == "city" else "the nation"
    return f"Of the capital: {', '.join(shares)}. What is built is run at the expense of {payer}."


def _budgets(plan: Plan) -> Iterator[str]:
    totals = budget_totals(plan)
    for whose, words in (("nation", "The nation's budget"), ("cities", "The cities' budgets together")):
        own = totals.filter(pl.col("whose") == whose)
        budget, spent = own.select(pl.col("budget").sum(), pl.col("spent").sum()).row(0)
        if budget:
            most = own.sort("share", descending=True, nulls_last=True).row(0, named=True)
            yield (
                f"{words} over all years: {money_words(spent, plan.currency)} of"
                f" {money_words(budget, plan.currency)} ({_percent(spent / budget)}) is used, most in"
                f" {most['year']} ({_percent(most['share'])})."
            )


def _proven(plan: Plan) -> str:
    if not math.isfinite(plan.gap):
        return f"It is worth {plan.objective:,.4g}; how much better a plan could be is not known."
    if not plan.gap:
        return f"It is worth {plan.objective:,.4g}, and no plan under these limits can be worth more."
    unit = plan.roadmap.settings.weight_unit
    told = f"in {unit} and years" if unit else "in years"
    return (
        f"It is worth {plan.objective:,.4g} (gaps closed, weighted, {told}); no plan"
        f" under these limits can be worth more than {plan.bound:,.4g}. So the best possible plan is at most"
        f" {_percent(_upward(plan.gap), 2)} better."
    )


def _people(plan: Plan) -> Iterator[str]:
    use = people_use(plan)
    if use.is_empty():
        return
    called = {
        code: name for code, name in plan.roadmap.occupations.select("occupation", "name").iter_rows() if name
    }
    use = use.with_columns(pl.col("occupation").replace(called))
    scarce = use.filter(pl.col("share") >= _SCARCE).group_by("occupation").agg(pl.col("year"))
    peak = use.group_by("year").agg(pl.col("needed").sum()).sort("needed", "year", descending=[True, False])
    year, needed = peak.row(0)
    words = ", ".join(
        f"{row['occupation']} ({_years(row['year'])})" for row in scarce.sort("occupation").to_dicts()
    )
    yield f"Most people are needed in {year}: {needed:,.0f}." + (
        f" Nearly all that the nation can lend are at work ({_percent(_SCARCE)} or more): {words}."
        if words
        else " No occupation is used up."
    )


def _count(number: int, one: str, many: str = "") -> str:
    return f"1 {one}" if number == 1 else f"{number:,} {many or one + 's'}"


def _upward(share: float) -> float:
    """Round a share up to a hundredth of a per cent, rounding of the machine aside."""
    return math.ceil(round(1e4 * share, 6)) / 1e4


def _percent(share: float, digits: int = 0) -> str:
    return f"{100 * share:.{digits}f}\N{NO-BREAK SPACE}%"


def _years(years: list[int]) -> str:
    first, last = min(years), max(years)
    return str(first) if first == last else f"{first}-{last}"


def _short(plan: Plan, names: Mapping[str, str]) -> Iterator[str]:
    missed = shortfalls(plan)
    for (kind,), rows in missed.group_by("kind", maintain_order=True):
        codes = rows["place"].unique(maintain_order=True)
        places = [names.get(code, "the nation" if code == NATIONWIDE else code) for code in codes]
        more = f" and {len(places) - 3} more" if len(places) > 3 else ""  # noqa: PLR2004 - named in a sentence
        cases = _count(rows.height, "case")
        if rows.height > len(places):
            cases += f" in {_count(len(places), 'place')}"
        yield f"{shortfall_words(str(kind))}: {cases} ({', '.join(places[:3])}{more})."


def _alike(found: Similarity) -> Iterator[str]:
    table = found.table.drop_nulls("alike")
    if table.is_empty():
        return
    twins = table.filter(pl.col("same") > 0).height
    yield (
        f"Two cities share {_percent(found.alike)} of their solutions on average (by chance it would be"
        f" {_percent(found.by_chance)}); {twins:,} of {table.height:,} cities have the very same solutions as"
        f" another one, and one list for all cities would give {_percent(found.in_list)} of all choices."
    )


def _evidence(plan: Plan) -> str:
    costs = plan.table.filter(pl.col("evidence") == _ASSUMED).height
    needs = plan.roadmap.gaps
    assumed = needs.filter(pl.col("evidence") == _ASSUMED).height
    words = f"The costs of {_percent(costs / plan.table.height)} of the projects are assumed, not published"
    if needs.height:
        words += f"; so are {_percent(assumed / needs.height)} of the needs of the cities"
    note = plan.roadmap.settings.note
    return f"{words}. Amounts: {note}." if note else f"{words}."
