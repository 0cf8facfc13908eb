"""Plan space: the sheets of who pays for what, and of what upkeep and repayments leave of limits."""

from typing import Final

import polars as pl

from urbium.finance import costs
from urbium.finance.fiscal_space import fiscal_space
from urbium.packaged import words_of
from urbium.publish.books.band_columns import Listing, head_of_data, heads
from urbium.publish.books.plan_names import NamedPlan, money, prices
from urbium.text import say, text

_USES: Final = words_of("use of money")
_PAYERS: Final = words_of("payer of costs")


def uses(named: NamedPlan) -> Listing | None:
    """Return who pays for what in each plan year; None where nothing is spent."""
    table = costs(named.plan).sources_and_uses
    if table.is_empty():
        return None
    wide = table.with_columns(pl.col("year").cast(pl.String)).pivot(
        on="year", index=["use", "payer", "evidence"], values="amount"
    )
    years = [str(year) for year in named.plan.years]
    rows = wide.with_columns(pl.lit(0.0).alias(year) for year in years if year not in wide.columns)
    is_capital = pl.col("use") == "capital"
    payers = {code: str(say(words)) for code, words in _PAYERS.items()}
    payer = pl.when(is_capital).then(pl.col("payer").replace(named.funds))
    unit = money(named.plan)
    return Listing(
        "Sources and uses",
        text("Sources and uses: who pays for what in each year of the plan"),
        text(
            "Real, {prices}. Repayments after the plan: see Fiscal space. Evidence: the weakest in "
            "each row.",
            prices=prices(named.plan)
        ),
        rows.with_columns(
            pl.col(years).fill_null(0.0), payer=payer.otherwise(pl.col("payer").replace(payers))
        ).with_columns(
            pl.col("use").replace({use: str(say(words)) for use, words in _USES.items()}),
            total=pl.sum_horizontal(years),
        ),
        (
            *heads("use", "payer"),
            *(head_of_data(year, year, "#,##0.0", unit=unit) for year in years),
            *heads("years.total", "evidence", money=unit),
        ),
    )  # fmt: skip


def space(named: NamedPlan) -> Listing | None:
    """Return what upkeep and repayments leave of each city's limit, to the last payment, by year.

    None where the plan was made without repayments.
    """
    if named.plan.roadmap.repayments.is_empty():
        return None
    shares = {} if named.signed is None else named.signed.shares
    result = fiscal_space(named.plan, beyond=None, signed=shares)
    return Listing(
        "Fiscal space",
        text("Upkeep and repayments of each city by year, up to the last payment"),
        text(
            "Real, {prices}. In plan years the limit is the budget less the construction costs that "
            "the city pays from it. Repayments cover signed and unsigned money (see Signed money). "
            "Repayments by users are not part of any limit. Weakest evidence: running costs {running}, "
            "repayments {repaid}, limits {limit}.",
            prices=prices(named.plan),
            **{name: grade or text("not stated")
               for name, grade in result.evidence.items()}
        ),
        named.placed(result.table.with_columns(repaid=pl.col("signed") + pl.col("unsigned"))).sort(
            "province", "name", "year", nulls_last=True
        ),
        heads(
            "city.name", "province", "year", "space.capital", "running", "renewal", "repaid", "limit",
            "room", "limits.share", "users", "code.city", money=money(named.plan),
        ),
    )  # fmt: skip
