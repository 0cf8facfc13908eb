"""What a plan costs: capital by year and fund, operation by year, reconciled with the plan's projects."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import polars as pl

from urbium import charts
from urbium.errors import ConflictError, NotFoundError
from urbium.explanation import Explanation, Kind, Origin
from urbium.finance.plan_money import plan_repayments
from urbium.model import weakest
from urbium.plan import Plan
from urbium.plan.result.years import cost_of_training
from urbium.result import Result
from urbium.text import Text, coded, say, sentences, text, texts
from urbium.units import million

_TOLERANCE = 1e-6
_CAPITAL, _OPERATION, _RENEWAL = "capital", "operation", "renewal"
_USES = (_CAPITAL, _OPERATION, _RENEWAL, "training", "repayment")


@dataclass(frozen=True, kw_only=True)
class Costs(Result):
    """What a plan costs.

    Parameters
    ----------
    table : year, fund, kind (``capital``, ``operation`` or ``renewal``, which is set aside for it), amount in
        millions of the plan's currency; the fund of the last two is whose budget pays (``city`` or
        ``nation``)
    plan : the plan whose costs these are
    """

    stage: ClassVar[str] = "costs"
    plan: Plan

    def __repr__(self) -> str:
        return texts(
            "Cost of {count} project, {first}-{last}: {currency} {capital:millions} to build "
            "and {currency} {operation:millions} to operate; {currency} {renewal:millions} set "
            "aside for renewal",
            "Costs of {count:,} projects, {first}-{last}: {currency} {capital:millions} to build "
            "and {currency} {operation:millions} to operate; {currency} {renewal:millions} set "
            "aside for renewal",
            count=self.plan.table.height,
            first=self.plan.years[0],
            last=self.plan.years[-1],
            currency=self.plan.currency,
            capital=self.capital,
            operation=self.operation,
            renewal=self.renewal,
        ).render()

    @property
    def unit(self) -> Text:
        """The unit of every amount."""
        return million(self.plan.currency)

    @property
    def capital(self) -> float:
        """All capital, in millions."""
        return self._sum(_CAPITAL)

    @property
    def operation(self) -> float:
        """All operation within the plan years, in millions."""
        return self._sum(_OPERATION)

    @property
    def renewal(self) -> float:
        """All that is set aside for renewal within the plan years, in millions."""
        return self._sum(_RENEWAL)

    @property
    def facts(self) -> Mapping[str, Any]:
        """The totals, and how far the money is from the projects' capital (rounding only)."""
        return {
            "capital": self.capital,
            "operation": self.operation,
            "renewal": self.renewal,
            "currency": self.unit,
            "prices": self.plan.roadmap.settings.price_year,
            "difference": self.capital - float(self.plan.table["capital"].sum()),
        }

    @property
    def shown(self) -> pl.DataFrame:
        """The table with the names of the funds, in the language that is spoken."""
        names = {fund: str(say(name)) for fund, name in self.plan.roadmap.named("funds").items() if name}
        return self.table.with_columns(pl.col("fund").replace({"city": str(say(text("city"))), **names}))

    @cached_property
    def sources_and_uses(self) -> pl.DataFrame:
        """Who pays for what in each plan year: payer, use, evidence, year, amount (millions).

        Uses are capital, operation, renewal, training and repayment. A payer of capital is a fund; of the
        rest it is ``city``, ``nation`` or ``users``. ``evidence`` is the weakest level behind the amounts of
        payer and use; empty where none is stated. Repayments after the plan are in the fiscal space.
        """
        paid = self.table.select(payer="fund", use="kind", year="year", amount="amount")
        trained = cost_of_training(self.plan).select(
            payer=pl.lit("nation"), use=pl.lit("training"), year="year", amount="amount"
        )
        repaid = plan_repayments(self.plan).with_columns(use=pl.lit("repayment"))
        rows = pl.concat([part.select("payer", "use", "year", "amount") for part in (paid, trained, repaid)])
        sums = rows.filter(pl.col("amount") != 0, pl.col("year").is_in(list(self.plan.years)))
        return (
            sums.group_by("payer", "use", "year")
            .agg(pl.col("amount").sum())
            .with_columns(evidence=pl.col("use").replace_strict(self.evidence, default=""))
            .select("payer", "use", "evidence", "year", "amount")
            .sort(pl.col("use").cast(pl.Enum(_USES)), "payer", "year")
        )

    @cached_property
    def evidence(self) -> Mapping[str, str]:
        """The weakest evidence level of each use that states any."""
        road = self.plan.roadmap
        grades = {
            **dict.fromkeys((_CAPITAL, _OPERATION, _RENEWAL), self.plan.table["evidence"]),
            "repayment": road.repayments["evidence"],
        }  # fmt: skip
        return {use: weakest(rows) for use, rows in grades.items()}

    def _sum(self, kind: str) -> float:
        return float(self.table.filter(pl.col("kind") == kind)["amount"].sum())

    def chart(self) -> dict[str, Any]:
        """Return the money by year as bars stacked by fund; operation is one of them."""
        label = pl.col("kind").replace_strict(
            {
                _OPERATION: str(text("operating costs")),
                _RENEWAL: str(text("set aside for renewal")),
            },
            default=pl.col("fund"),
        )
        rows = self.table.with_columns(fund=label)
        title = text("Costs by year and fund")
        return charts.money(rows, title=title, currency=self.plan.currency)

    def explain(self, key: str) -> Explanation:
        """Say what a year (``2017``) or a fund is made of, down to the largest projects."""
        money, road = self.plan.money, self.plan.roadmap
        is_year = key.isdigit()
        names = [str(year) for year in self.plan.years] + sorted({*road.funds["fund"], *money["fund"]})
        if key not in names:
            raise NotFoundError.named("year or fund", key, names)
        rows = money.filter(pl.col("year") == int(key)) if is_year else money.filter(pl.col("fund") == key)
        column = "fund" if is_year else "year"
        parts = rows.group_by(column, "kind").agg(pl.col("amount").sum()).sort("kind", column)
        notes = [] if is_year else road.funds.filter(pl.col("fund") == key)["note"].to_list()
        return Explanation(
            coded("finance.costs.of", "costs of {key}", key=key),
            float(rows["amount"].sum()),
            self.unit,
            period=key if is_year else "",
            kind=Kind.PROJECT,
            note=sentences(map(road.words, notes)) or road.words(road.settings.note),
            children=tuple(self._part(rows, part, column) for part in parts.iter_rows(named=True)),
        )

    def _part(self, rows: pl.DataFrame, part: Mapping[str, Any], column: str) -> Explanation:
        """Say what one fund or year takes of the costs."""
        what = {
            _CAPITAL: coded("finance.costs.capital", "cost to build, {of}", of=part[column]),
            _OPERATION: coded("finance.costs.operation", "running cost, {of}", of=part[column]),
            _RENEWAL: coded("finance.costs.renewal", "set aside for renewal, {of}", of=part[column]),
        }
        return Explanation(
            what[part["kind"]],
            part["amount"],
            self.unit,
            kind=Kind.PROJECT,
            children=self._largest(rows, part, column),
        )

    def _largest(self, rows: pl.DataFrame, part: Mapping[str, Any], key: str) -> tuple[Explanation, ...]:
        """The five projects that take most."""
        payments = rows.filter((pl.col(key) == part[key]) & (pl.col("kind") == part["kind"]))
        most = (
            payments.group_by("project")
            .agg(pl.col("amount").sum())
            .sort("amount", "project", descending=[True, False])
        )
        notes = dict(self.plan.roadmap.projects.select("project", "note").iter_rows())
        return tuple(
            Explanation(
                what=row["project"], value=row["amount"], unit=self.unit, kind=Kind.PROJECT,
                note=self.plan.roadmap.words(notes[row["project"]]),
                origin=Origin(publisher="roadmap", title="projects", cell=row["project"]),
            )
            for row in most.head(5).iter_rows(named=True)
        )  # fmt: skip


def costs(plan: Plan) -> Costs:
    """Add up what a plan costs, by year and fund.

    Raises ConflictError when the money does not add up to the capital of the plan's projects.
    """
    table = (
        plan.money.group_by("year", "fund", "kind").agg(pl.col("amount").sum()).sort("year", "kind", "fund")
    )
    result = Costs(table=table.select("year", "fund", "kind", "amount"), settings=plan.settings, plan=plan)
    spent = float(plan.table["capital"].sum())
    if abs(result.capital - spent) > _TOLERANCE * max(1.0, spent):
        raise ConflictError(
            coded(
                "finance.costs.mismatch",
                "the money adds up to {money:,.3f} million, but the projects' costs add up to "
                "{projects:,.3f} million",
                money=result.capital,
                projects=spent,
            ),
            place="plan",
            remedy=text("solve the plan again: its table and its money do not match"),
        )
    return result
