"""Fiscal space: what running costs and debt service leave a city of its limit, by year, beyond a plan.

In: a plan with its repayments. Out: one row a city and year, with signed money and money that nobody signed
yet apart. All amounts are at the plan's prices. On which terms funds are repaid says the plan
(:mod:`urbium.plan.inputs.repayments`); foreign currencies: :mod:`urbium.finance.currency_risk`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final

import polars as pl

from urbium.errors import InputError
from urbium.finance.of_plan import basis_of
from urbium.finance.plan_money import capital_of, plan_repayments, running_costs
from urbium.finance.prices import Basis
from urbium.model import weakest
from urbium.plan import Plan
from urbium.plan.result.years import peak_of
from urbium.result import Result
from urbium.text import coded, text, texts

BEYOND: Final = 10
"""Years after the plan that are looked at."""
_TOLERANCE: Final = 1e-6


@dataclass(frozen=True, kw_only=True)
class FiscalSpace(Result):
    """What running costs, renewal and debt service leave of each city's limit.

    Parameters
    ----------
    table : city, year, running, renewal (set aside for it), signed and unsigned (debt service of the city),
        limit, room (limit less all four), room_signed (without the unsigned), share (of the limit that all
        take), capital (what the city itself builds with, taken off its limit already), users (what they
        repay, which is in no limit). Where no limit is declared limit, room and share are null
    basis : currency and prices of all amounts, in millions
    last : the last year in which the plan builds
    evidence : the weakest level behind ``running``, ``repaid`` and ``limit``; empty where none is stated
    outside : capital that loans, partners and others outside the budgets pay
    """

    stage: ClassVar[str] = "fiscal space"
    basis: Basis
    last: int
    evidence: Mapping[str, str]
    outside: float

    def __repr__(self) -> str:
        return texts(
            "Fiscal space of {count} city, {first:d}-{last:d}: {over:,} over the limit in at least one year",
            "Fiscal space of {count:,} cities, {first:d}-{last:d}: {over:,} over the limit in at "
            "least one year",
            count=self.table["city"].n_unique(), first=self.table["year"].min() or 0,
            last=self.table["year"].max() or 0, over=self.exceeded["city"].n_unique()
        ).render()  # fmt: skip

    @property
    def exceeded(self) -> pl.DataFrame:
        """The cities and years in which upkeep and debt service exceed the limit."""
        return self.table.filter(pl.col("room") < -_TOLERANCE)

    @property
    def exceeded_signed(self) -> pl.DataFrame:
        """The cities and years in which upkeep and signed debt service alone exceed the limit."""
        return self.table.filter(pl.col("room_signed") < -_TOLERANCE)

    @property
    def later(self) -> pl.DataFrame:
        """The rows of the table after the plan."""
        return self.table.filter(pl.col("year") > self.last)

    @staticmethod
    def yearly(rows: pl.DataFrame) -> pl.DataFrame:
        """Add up by year: capital, running, renewal, repaid, used, limit, room, users, above.

        ``capital`` is what cities build with themselves, ``used`` running, renewal and repaid together;
        ``limit`` and
        ``room`` are of the cities that have a limit (null where none has), ``above`` is how many exceed it.
        """
        repaid = pl.col("signed") + pl.col("unsigned")
        limited = [
            pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)
            for name in ("limit", "room")
        ]
        return (
            rows.with_columns(repaid=repaid, used=pl.col("running") + pl.col("renewal") + repaid)
            .group_by("year")
            .agg(
                pl.col("capital", "running", "renewal", "repaid", "used").sum(),
                *limited,
                pl.col("users").sum(),
                above=(pl.col("room") < -_TOLERANCE).sum().cast(pl.Int64),
            )
            .sort("year")
        )

    @staticmethod
    def peak(years: pl.DataFrame) -> dict[str, Any]:
        """Return the row of :meth:`yearly` in which most is used, the first of equals."""
        return peak_of(years)

    @property
    def nearest(self) -> pl.DataFrame:
        """The year after the plan that leaves each city with a limit least of it; the fullest first."""
        rows = self.later.filter(pl.col("share").is_not_null())
        rows = rows.with_columns(repaid=pl.col("signed") + pl.col("unsigned"))
        return rows.sort("share", "city", "year", descending=[True, False, False]).unique(
            "city", keep="first", maintain_order=True
        )

    @property
    def facts(self) -> Mapping[str, Any]:
        """How many cities exceed their limit, with all money and with signed money alone."""
        return {
            "cities": self.table["city"].n_unique(),
            "cities over the limit": self.exceeded["city"].n_unique(),
            "cities over the limit, signed money only": self.exceeded_signed["city"].n_unique(),
            "unit": self.basis.millions,
            "evidence": dict(self.evidence),
        }


def fiscal_space(
    plan: Plan,
    *,
    beyond: int | None = BEYOND,
    signed: Mapping[tuple[str, str], float] = MappingProxyType({}),
) -> FiscalSpace:
    """Return what is left of each city's limit in every plan year and the years after it.

    The limit is the city's budget in plan years and its limit of ``upkeep`` in later ones. Of
    a plan year's budget the city's own capital is taken off first.

    Parameters
    ----------
    beyond : years after the plan; to the last payment, and ten at least, when None
    signed : by project and fund, the share (0 to 1) that is signed; of the rest nobody signed anything yet

    Raises InputError when the plan has no repayments.
    """
    due = _repaid(plan)
    last = plan.years[-1]
    until = max([last + BEYOND, *due["year"]]) if beyond is None else last + beyond
    years = range(plan.years[0], max(until, plan.years[-1]) + 1)
    return FiscalSpace(
        table=_spaces(plan, years, _by_city(due, signed)),
        basis=basis_of(plan), last=last, evidence=_evidence(plan), settings={"beyond": years[-1] - last},
        outside=float(capital_of(plan, "outside")["amount"].sum()),
    )  # fmt: skip


def _by_city(due: pl.DataFrame, signed: Mapping[tuple[str, str], float]) -> pl.DataFrame:
    """Return what falls due by city and year: signed, unsigned, users."""
    rows = [(project, by, share) for (project, by), share in signed.items()]
    shares = pl.DataFrame(
        rows, schema={"project": pl.String, "by": pl.String, "of": pl.Float64}, orient="row"
    )
    of_city = pl.col("payer") == "city"
    is_signed = pl.col("of").fill_null(0.0)
    return (
        due.join(shares, on=["project", "by"], how="left")
        .group_by("city", "year")
        .agg(
            signed=(pl.col("amount") * is_signed).filter(of_city).sum(),
            unsigned=(pl.col("amount") * (1 - is_signed)).filter(of_city).sum(),
            users=pl.col("amount").filter(pl.col("payer") == "users").sum(),
        )
    )


def _spaces(plan: Plan, years: range, due: pl.DataFrame) -> pl.DataFrame:
    """Return the table of a fiscal space: one row a city and year."""
    cities = pl.DataFrame({"city": plan.roadmap.cities["city"]})
    frame = cities.join(pl.DataFrame({"year": list(years)}, schema={"year": pl.Int64}), how="cross")
    runs = running_costs(plan, years)
    if plan.roadmap.settings.operation_by != "city":
        runs = runs.clear()
    return (
        frame.join(runs, on=["city", "year"], how="left")
        .join(due, on=["city", "year"], how="left")
        .join(_limits(plan, years), on=["city", "year"], how="left")
        .join(_own_capital(plan), on=["city", "year"], how="left")
        .with_columns(pl.col("running", "renewal", "signed", "unsigned", "users", "capital").fill_null(0.0))
        .with_columns(room_signed=pl.col("limit") - pl.col("running") - pl.col("renewal") - pl.col("signed"))
        .with_columns(room=pl.col("room_signed") - pl.col("unsigned"))
        .with_columns(pl.when(pl.col("room", "room_signed").abs() > _TOLERANCE)
                      .then(pl.col("room", "room_signed")).when(pl.col("limit").is_not_null()).then(0.0))
        .with_columns(share=pl.when(pl.col("limit") > 0).then(1 - pl.col("room") / pl.col("limit")))
        .select("city", "year", "running", "renewal", "signed", "unsigned", "limit", "room", "room_signed",
                "share", "capital", "users")
        .sort("city", "year")
    )  # fmt: skip


def _evidence(plan: Plan) -> dict[str, str]:
    """Return the weakest evidence level of running costs, repayments and limits."""
    road = plan.roadmap
    grades = {
        "running": plan.table["evidence"],
        "repaid": road.repayments["evidence"],
        "limit": pl.concat([road.budgets["evidence"], road.upkeep["evidence"]]),
    }
    return {name: weakest(rows) for name, rows in grades.items()}


def _repaid(plan: Plan) -> pl.DataFrame:
    """Return what the plan's own terms ask; InputError where it has none."""
    if plan.roadmap.repayments.is_empty():
        raise InputError(
            coded("finance.space.no_terms", "the plan does not state what its funding will cost in later "
                    "years"),
            place="repayments",
            remedy=text("plan again with repayments included"),
        )  # fmt: skip
    return plan_repayments(plan).rename({"fund": "by"})


def _own_capital(plan: Plan) -> pl.DataFrame:
    """Return what cities build with themselves: city, year, capital."""
    return capital_of(plan, "city").group_by("city", "year").agg(capital=pl.col("amount").sum())


def _limits(plan: Plan, years: range) -> pl.DataFrame:
    """Return the limit of each city and year: budgets less own capital, then the limit of running costs.

    A limit holds from its year on, and a later one does not lift an earlier: the least counts, as in a plan.
    """
    road = plan.roadmap
    budgets = (
        road.budgets.select(city="place", year="year", limit="amount")
        .join(_own_capital(plan), on=["city", "year"], how="left")
        .select("city", "year", limit=pl.col("limit") - pl.col("capital").fill_null(0.0))
    )
    later = pl.DataFrame(
        {"year": [year for year in years if year > plan.years[-1]]}, schema={"year": pl.Int64}
    )
    upkeep = (
        road.upkeep.select(city="place", since="since", limit="amount")
        .join(later, how="cross")
        .filter(pl.col("since") <= pl.col("year"))
        .group_by("city", "year")
        .agg(pl.col("limit").min())
    )
    return pl.concat([budgets, upkeep])
