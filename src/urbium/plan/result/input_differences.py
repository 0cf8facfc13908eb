"""Input differences: in what the problems of two plans differ, in words."""

from dataclasses import asdict, replace
from typing import Final

import polars as pl

from urbium.packaged import words_of
from urbium.plan.problem.tables import DECLARED, NATIONWIDE, TABLES
from urbium.plan.result.plan import Plan
from urbium.plan.result.wording import money_words
from urbium.plan.result.years import budget_use
from urbium.plan.verify.result import TOLERANCE
from urbium.text import Text, listed, text, texts

_TEXTS = ("note", "evidence", "reason", "unseen")
"""Columns that say something of a row in words, and change nothing in a plan."""
_WORDINGS = "wordings"
"""The table of how words of the others are said in other languages."""
_NATION: Final = text("national budget, excluding what it adds to city budgets")
_CITIES: Final = text("city budgets together")
_BUDGETS: Final = frozenset({_NATION, _CITIES})
_SETTINGS: Final = words_of("setting of a roadmap")
"""What the settings of a roadmap are called."""


def input_differences(a: Plan, b: Plan) -> list[tuple[str, str, str]]:
    """Name what differs between two problems: years, budgets, settings, and tables by their rows."""
    rows = [
        (text("plan years"), _span(a), _span(b)),
        *_budget_rows(a, b),
        *_fund_rows(a, b),
        *_setting_rows(a, b),
    ]
    differing = [(what, mine, yours) for what, mine, yours in rows if mine != yours]
    in_words = {
        name
        for name, rows_of in (("budgets", _budget_rows), ("fund_limits", _fund_rows))
        if any(mine != yours for _, mine, yours in rows_of(a, b))
    }
    shared = sorted(set(a.years) & set(b.years))
    closed = [_closed_funds(plan) for plan in (a, b)]
    if closed[0] != closed[1]:
        mine, yours = (listed(one.values()) for one in closed)
        differing.append((text("funds that are not allowed to pay anything"), mine, yours))
    for name in (one for one in TABLES if one != _WORDINGS):
        first, second = (_common(plan.roadmap.tables[name], shared) for plan in (a, b))
        if name == "fund_limits":
            first, second = (
                one.filter(~pl.col("fund").is_in({*closed[0], *closed[1]})) for one in (first, second)
            )
        if not (is_equal(first, second) or name in in_words):
            what = text("table of {name}", name=DECLARED[name].title)
            differing.append((what, _count(first.height), _rows(first, second)))
    return differing


def exceeded_words(a: Plan, b: Plan) -> Text | None:
    """Say by how much the first plan, as it is, exceeds the budgets of the second.

    None unless budgets alone differ between the two problems, and where unspent money is carried over.
    """
    differing = {what for what, _, _ in input_differences(a, b)}
    if not differing or differing - _BUDGETS or a.roadmap.settings.carry_over:
        return None
    excess = (
        budget_use(replace(a, roadmap=replace(a.roadmap, budgets=b.roadmap.budgets)))
        .with_columns(over=pl.col("spent") - pl.col("budget"))
        .filter(pl.col("over") > pl.col("budget") * TOLERANCE)
    )
    if excess.is_empty():
        return text(
            "The first plan, as it is, fits within the second plan's budgets: the differences in who pays "
            "come from the search, which chooses among plans of nearly the same value."
        )
    return text(
        "The first plan, as it is, exceeds the second plan's budgets by only {amount} ({years:list}). The "
        "other differences in who pays come from the search, which chooses among plans of nearly the same "
        "value.",
        amount=money_words(float(excess["over"].sum()), a.currency),
        years=[str(year) for year in excess["year"].unique().sort()],
    )  # fmt: skip


def _budget_rows(a: Plan, b: Plan) -> list[tuple[Text, Text, Text]]:
    return [
        (what, _limit(a, a.roadmap.budgets.filter(whose)), _limit(b, b.roadmap.budgets.filter(whose)))
        for what, whose in (
            (_NATION, pl.col("place") == NATIONWIDE), (_CITIES, pl.col("place") != NATIONWIDE)
        )
    ]  # fmt: skip


def _fund_rows(a: Plan, b: Plan) -> list[tuple[Text, Text, Text]]:
    """Say the limit of each fund in both plans, but for those that may pay nothing in one of them."""
    plans = (a, b)
    funds = {fund for plan in plans for fund in plan.roadmap.fund_limits["fund"]}
    names = {**b.roadmap.named("funds"), **a.roadmap.named("funds")}
    return [
        (
            text("limit of the fund {fund}", fund=names.get(fund) or fund),
            _fund_limit(a, fund),
            _fund_limit(b, fund),
        )
        for fund in sorted(funds - {code for plan in plans for code in _closed_funds(plan)})
    ]


def _setting_rows(a: Plan, b: Plan) -> list[tuple[str, str, str]]:
    mine, yours = asdict(a.roadmap.settings), asdict(b.roadmap.settings)
    return [(_SETTINGS[name], str(mine[name]), str(yours.get(name, ""))) for name in mine]


def _closed_funds(plan: Plan) -> dict[str, str]:
    """Return the names of the funds that may pay nothing in any year, by code."""
    most = plan.roadmap.fund_limits.group_by("fund").agg(pl.col("amount").max())
    shut = most.filter(pl.col("amount") <= 0).join(plan.roadmap.funds, on="fund").sort("fund")
    named = shut.select("fund", pl.coalesce("name", "fund")).iter_rows()
    return {code: plan.roadmap.words(name) for code, name in named}


def _count(rows: int) -> Text:
    return texts("{count} row", "{count:,} rows", count=rows)


def _common(table: pl.DataFrame, years: list[int]) -> pl.DataFrame:
    """The rows of the years that both plans have; all of them where a table has no years."""
    return table.filter(pl.col("year").is_in(years)) if "year" in table.columns else table


def _rows(first: pl.DataFrame, second: pl.DataFrame) -> Text:
    if first.height != second.height:
        return _count(second.height)
    return texts(
        "{count} row with different content", "{count:,} rows with different content", count=second.height
    )


def _span(plan: Plan) -> str:
    span = plan.start_years
    return f"{span[0]}-{span[-1]}"


def _limit(plan: Plan, amounts: pl.DataFrame) -> Text:
    """A limit in words: the amount a year where it is the same in all years of the plan, or the sum."""
    amounts = amounts.filter(pl.col("year").is_in(list(plan.start_years)))
    if amounts.is_empty():
        return text("not limited")
    years = amounts.group_by("year").agg(pl.col("amount").sum())["amount"].round(3).to_list()
    if len(set(years)) == 1:
        return text("{amount} a year", amount=money_words(years[0], plan.currency))
    return text("{amount} over all years", amount=money_words(sum(years), plan.currency))


def _fund_limit(plan: Plan, fund: str) -> Text:
    """The limit of a fund in words, which need not hold in every year."""
    limits = plan.roadmap.fund_limits.filter(pl.col("fund") == fund, pl.col("year").is_in(plan.start_years))
    if not 0 < limits.height < len(plan.start_years):
        return _limit(plan, limits)
    return texts(
        "{amount} in {count} year, not limited in the others",
        "{amount} in {count} years, not limited in the others",
        count=limits.height, amount=money_words(float(limits["amount"].sum()), plan.currency),
    )  # fmt: skip


def is_equal(first: pl.DataFrame, second: pl.DataFrame) -> bool:
    """Whether two tables say the same, whatever the order of their rows, remarks left aside."""
    if first.height != second.height:
        return False
    columns = [name for name in first.columns if name not in _TEXTS]
    return first.select(columns).sort(columns).equals(second.select(columns).sort(columns))
