"""Signed money: which capital of a plan an agreement in force gives, and what stands without the rest.

In: a plan, and what signed agreements give its projects. Out: each agreement's money beside what the plan has
from that fund; capital by year that budgets, agreements and nobody yet have signed; and the projects that
can be built without the unsigned part. Money of the city's and the nation's own budgets is theirs to decide;
it is no money that a partner has to sign. See ADR 0083.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import polars as pl

from urbium.columns import schema_of
from urbium.finance.of_plan import basis_of
from urbium.finance.plan_money import capital_of
from urbium.finance.prices import Basis
from urbium.plan import Plan
from urbium.plan.result.wording import PAYERS, money_words
from urbium.result import Result
from urbium.text import Text, text

FUNDING: Final = schema_of("agreement title signed_on project fund amount currency")
"""Columns of what agreements give: amounts in millions of their own currency, nominal."""

_SMALLEST: Final = 1e-6


@dataclass(frozen=True, kw_only=True)
class SignedMoney(Result):
    """What is signed of a plan's capital.

    Parameters
    ----------
    table : year, budgets, signed, unsigned: capital in millions of the plan
    agreements : agreement, title, signed_on, project, fund, amount, currency, worth (in the plan's currency),
        planned (what the plan has from the fund), counted (the smaller of both, in the order of signing);
        worth is empty, and nothing counted, where no rate of the currency is declared
    shares : by project and fund, the share (0 to 1) of the planned capital that is signed
    standing : project, capital, unsigned (of its capital), stands: whether a project needs no unsigned money,
        and none that it requires does
    by_fund : fund, unsigned, falling: of which funds the unsigned money is, most first, and the projects that
        cannot be built where that of this fund alone does not come
    """

    stage: ClassVar[str] = "signed money"
    agreements: pl.DataFrame
    shares: Mapping[tuple[str, str], float]
    standing: pl.DataFrame
    by_fund: pl.DataFrame
    basis: Basis

    def __repr__(self) -> str:
        facts = self.facts
        return text(
            "{signed:,.1f} of {outside:,.1f} million from outside the budgets is covered by signed "
                "agreements; without the rest, {standing:,} of {projects:,} projects ({kept:,.0f} of "
                "{capital:,.0f} million of construction cost) can be built ({basis})",
            signed=facts["signed"], outside=facts["signed"] + facts["unsigned"],
            standing=facts["projects without unsigned money"], projects=facts["projects"],
            basis=self.basis.words, kept=facts["capital without unsigned money"], capital=facts["capital"]
        ).render()  # fmt: skip

    @property
    def unit(self) -> Text:
        """Currency, kind and year of the prices of all amounts of the plan."""
        return self.basis.millions

    def unsigned_words(self, funds: Mapping[str, str]) -> Text | str:
        """Say how much nobody has signed, and of which funds it is, by what these are called."""
        if self.by_fund.is_empty():
            return ""
        currency = self.basis.currency
        return text(
            "Not signed: {amount}. Of this: {funds:list}.",
            amount=money_words(float(self.by_fund["unsigned"].sum()), currency),
            funds=[
                text("{fund} {amount}", fund=funds.get(fund, fund), amount=money_words(amount, currency))
                for fund, amount in self.by_fund.select("fund", "unsigned").iter_rows()
            ],
        )

    def without_words(self, shares: pl.DataFrame) -> Text:
        """Say what remains of the plan without its unsigned money; of a plan that has some.

        Parameters
        ----------
        shares : project, share: what each project has of the plan's improvement
        """
        return text(
            "Without the money that no one has signed for, and with nothing planned in its place, "
            "{projects:,} of {planned:,} projects and {share:.0%} of the improvement remain.",
            projects=int(self.standing["stands"].sum()), planned=self.standing.height,
            share=self.share_without(shares),
        )  # fmt: skip

    def share_without(self, shares: pl.DataFrame) -> float:
        """Return the share of the improvement that remains without the unsigned money, as in words."""
        return float(shares.join(self.standing.filter("stands"), on="project", how="semi")["share"].sum())

    @property
    def facts(self) -> Mapping[str, Any]:
        """Capital of the whole plan from budgets, signed and unsigned, and what stands without the last."""
        stands = self.standing.filter("stands")
        using = self.standing.filter(pl.col("unsigned") > _SMALLEST)
        return {
            **{name: float(self.table[name].sum()) for name in ("budgets", "signed", "unsigned")},
            "first unsigned year": self.table.filter(pl.col("unsigned") > _SMALLEST)["year"].min(),
            "projects": self.standing.height,
            "capital": float(self.standing["capital"].sum()),
            "projects without unsigned money": stands.height,
            "capital without unsigned money": float(stands["capital"].sum()),
            "projects with unsigned money": using.height,
            "capital of projects with unsigned money": float(using["capital"].sum()),
        }


def signed_money(plan: Plan, funding: pl.DataFrame, rate_from: Callable[[str], float | None]) -> SignedMoney:
    """Return what is signed of a plan's capital, and what stands without the rest.

    An agreement counts up to what the plan has from its fund for its project; the earliest is counted first.
    Amounts of agreements are nominal and are set beside the plan's as they are, at the declared rate.

    Parameters
    ----------
    funding : as :data:`FUNDING`, of agreements in force
    rate_from : the plan's currency for one unit of another; None where none is declared: then the money is
        not counted, and its worth is empty
    """
    capital = plan.money.filter(pl.col("kind") == "capital")
    partners = capital_of(plan, "outside")
    planned = partners.group_by("project", "fund").agg(pl.col("amount").sum())
    funds = planned["fund"].unique().to_list()
    agreements = _counted(planned, funding, rate_from)
    sums = agreements.group_by("project", "fund").agg(pl.col("counted").sum())
    shares = (
        planned.filter(pl.col("amount") > _SMALLEST)
        .join(sums, on=["project", "fund"])
        .select("project", "fund", share=pl.col("counted") / pl.col("amount"))
    )
    split = (
        capital.join(shares, on=["project", "fund"], how="left")
        .with_columns(pl.col("share").fill_null(0.0), is_outside=pl.col("fund").is_in(funds))
        .with_columns(
            budgets=pl.when(~pl.col("is_outside")).then("amount").otherwise(0.0),
            signed=pl.when("is_outside").then(pl.col("amount") * pl.col("share")).otherwise(0.0),
        )
        .with_columns(unsigned=pl.col("amount") - pl.col("budgets") - pl.col("signed"))
    )
    amounts = pl.col("budgets", "signed", "unsigned").sum()
    by_fund = _by_fund(plan, split)
    return SignedMoney(
        table=split.group_by("year").agg(amounts).sort("year"),
        agreements=agreements,
        shares={(project, fund): share for project, fund, share in shares.iter_rows()},
        standing=_standing(plan, split.group_by("project").agg(pl.col("unsigned").sum())),
        by_fund=by_fund.sort("unsigned", "fund", descending=[True, False]),
        basis=basis_of(plan),
    )


def standing_without(plan: Plan, payer: str) -> pl.DataFrame:
    """Return which projects need no money of a payer, nor require one that does.

    Columns: project, capital (in millions of the plan's currency), unsigned (of it, what the payer pays),
    stands.
    """
    paid = capital_of(plan, payer).group_by("project").agg(unsigned=pl.col("amount").sum())
    return _standing(plan, paid)


def budget_words(standing: Mapping[str, pl.DataFrame], shares: pl.DataFrame) -> list[Text]:
    """Say what of a plan's improvement remains where a budget does not pay, the least first.

    Parameters
    ----------
    standing : by payer, as of :func:`standing_without`; a budget without which nothing falls is left out
    shares : project, share: what each project has of the plan's improvement
    """
    remains = {
        payer: shares.join(table.filter("stands"), on="project", how="semi")["share"].sum()
        for payer, table in standing.items()
        if not table["stands"].all()
    }
    if not remains:
        return []
    said = [
        text("without the money from {payer}, {share:.0%} of the improvement remains",
             payer=PAYERS[payer], share=remains[payer])
        for payer in sorted(remains, key=remains.__getitem__)
    ]  # fmt: skip
    return [text("Money from budgets is planned, but not yet decided: {remains:semicolons}.", remains=said)]


def payers_of(plan: Plan, project: str, shares: Mapping[tuple[str, str], float]) -> pl.DataFrame:
    """Return who pays for a project, who pays most first.

    Columns: fund, name, amount, share, first, last (years), signed, unsigned. The last two are null of a
    budget, which nobody else has to sign.

    Parameters
    ----------
    shares : what of the planned capital is signed, as :class:`SignedMoney` has it
    """
    funds = plan.roadmap.funds.select("fund", "name", is_outside=pl.col("payer") == "outside")
    part = pl.col("fund").replace_strict(
        {fund: share for (of, fund), share in shares.items() if of == project},
        default=0.0, return_dtype=pl.Float64,
    )  # fmt: skip
    return (
        plan.money.filter(pl.col("project") == project, pl.col("kind") == "capital", pl.col("amount") > 0)
        .group_by("fund")
        .agg(pl.col("amount").sum(), first=pl.col("year").min(), last=pl.col("year").max())
        .join(funds, on="fund", how="left")
        .with_columns(signed=pl.when("is_outside").then(pl.col("amount") * part))
        .select(
            "fund", pl.col("name").replace("", None).fill_null(pl.col("fund")), "amount",
            (pl.col("amount") / pl.col("amount").sum()).alias("share"), "first", "last", "signed",
            (pl.col("amount") - pl.col("signed")).alias("unsigned"),
        )
        .sort("amount", "fund", descending=[True, False])
    )  # fmt: skip


def _counted(
    planned: pl.DataFrame, funding: pl.DataFrame, rate_from: Callable[[str], float | None]
) -> pl.DataFrame:
    """Return each agreement's money beside what the plan has, and how much of it counts."""
    rates = pl.DataFrame(
        [(currency, rate_from(currency)) for currency in funding["currency"].unique().sort()],
        schema={"currency": pl.String, "rate": pl.Float64}, orient="row",
    )  # fmt: skip
    pair = ["project", "fund"]
    before = pl.col("worth").fill_null(0.0).cum_sum().over(pair) - pl.col("worth").fill_null(0.0)
    return (
        funding.sort("signed_on", "agreement", *pair)
        .join(planned.rename({"amount": "planned"}), on=pair, how="left", maintain_order="left")
        .join(rates, on="currency", how="left", maintain_order="left")
        .with_columns(pl.col("planned").fill_null(0.0), worth=pl.col("amount") * pl.col("rate"))
        .with_columns(
            counted=pl.when(pl.col("worth").is_not_null())
            .then(pl.min_horizontal("worth", (pl.col("planned") - before).clip(lower_bound=0.0)))
            .otherwise(0.0)
        )
        .drop("rate")
    )


def _by_fund(plan: Plan, split: pl.DataFrame) -> pl.DataFrame:
    """Return what is unsigned of each fund, and which projects fall without that alone."""
    parts = split.group_by("fund", "project").agg(pl.col("unsigned").sum())
    parts = parts.filter(pl.col("unsigned") > _SMALLEST)
    sums = parts.group_by("fund").agg(pl.col("unsigned").sum(), using="project")
    falling = [sorted(plan.with_dependents(using)) for using in sums["using"]]
    return sums.select("fund", "unsigned").with_columns(pl.Series("falling", falling, pl.List(pl.String)))


def _standing(plan: Plan, unsigned: pl.DataFrame) -> pl.DataFrame:
    """Return which projects stand: none of their capital is unsigned, and what they require stands, too."""
    falling = plan.with_dependents(unsigned.filter(pl.col("unsigned") > _SMALLEST)["project"])
    return (
        plan.table.select("project", "capital", stands=~pl.col("project").is_in(sorted(falling)))
        .join(unsigned, on="project", how="left", maintain_order="left")
        .select("project", "capital", pl.col("unsigned").fill_null(0.0), "stands")
    )
