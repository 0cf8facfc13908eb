"""Comparison: two plans side by side: what each is worth and costs, and what is built in one or moved.

Where the two were made from different roadmaps, what differs is named first: a plan with more money is not a
better planner's work. Worths are set against each other only when both count the same years, cities, needs
and weights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, Final

import polars as pl

from urbium import charts
from urbium.errors import InputError, NotFoundError, nearest
from urbium.explanation import Explanation, Kind
from urbium.packaged import words_of
from urbium.plan.result.city_words import paid_by_city
from urbium.plan.result.input_differences import exceeded_words, input_differences, is_equal
from urbium.plan.result.plan import Plan
from urbium.plan.result.proof import finite
from urbium.plan.result.wording import PAYERS, money_words, paid_by
from urbium.plan.result.years import shortfalls
from urbium.plan.rules.repayments import repaid
from urbium.result import Result
from urbium.text import Text, coded, listed, paragraph, say, text, texts
from urbium.units import million, million_a_year

ONLY_A, ONLY_B, MOVED, SAME = "only in a", "only in b", "moved", "same"
_SCALE = ("cities", "indicators", "gaps", "curve", "standards", "covers", "fairness")
_SCALE_SETTINGS = ("discount_rate", "spending_price", "shortfall_price", "weight_unit")
_SHARES = ("closed", "gap")
_CENT = 0.005
_NOTHING = 1e-7
"""A difference of shares that is none."""
_HUNDREDTH = 0.5e-4
"""Half a hundredth of a percentage point: what differs by less reads the same."""
_PAYERS = {"capital_cities": "city", "capital_nation": "nation", "capital_outside": "outside"}
FIGURES: Final = words_of("figure of a plan")
"""What the figures of a plan are called."""


@dataclass(frozen=True, kw_only=True)
class Comparison(Result):
    """Two plans side by side, called a and b.

    Parameters
    ----------
    table : one row a project that either plan has: project, city, solution, difference (``only in a``,
        ``only in b``, ``moved``, ``same``), start_a, start_b, moved (years, later in b is above 0),
        capital_a, capital_b (millions)
    a, b : the plans
    names : what they are called
    """

    stage: ClassVar[str] = "comparison"
    words: ClassVar[Mapping[str, Mapping[str, Text]]] = MappingProxyType(
        {"difference": words_of("difference of plans")}
    )
    a: Plan
    b: Plan
    names: tuple[str, str]

    def __repr__(self) -> str:
        count = self.counts
        return text(
            "Comparison of the projects in {a} (a) and {b} (b): {same:,} the same, {moved:,} "
            "moved, {only_a:,} only in a, {only_b:,} only in b",
            a=self.names[0],
            b=self.names[1],
            same=count[SAME],
            moved=count[MOVED],
            only_a=count[ONLY_A],
            only_b=count[ONLY_B],
        ).render()

    @property
    def currency(self) -> str:
        """The currency of both plans; amounts are in millions of it."""
        return self.a.currency

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many projects are only in a, only in b, moved, and the same."""
        counted = dict(self.table.group_by("difference").len().iter_rows())
        return {kind: int(counted.get(kind, 0)) for kind in (ONLY_A, ONLY_B, MOVED, SAME)}

    @cached_property
    def inputs(self) -> pl.DataFrame:
        """What differs between the two problems: what, a, b; no row when both were made from the same."""
        return _inputs_table(self._inputs)

    @property
    def shown_inputs(self) -> pl.DataFrame:
        """What differs between the two problems, in the language that is spoken."""
        return _inputs_table([[str(say(cell)) for cell in row] for row in self._inputs])

    @cached_property
    def _inputs(self) -> list[tuple[str, str, str]]:
        return input_differences(self.a, self.b)

    @cached_property
    def is_one_scale(self) -> bool:
        """Whether the worths may be set against each other: same years, cities, needs and prices."""
        mine, yours = self.a.roadmap, self.b.roadmap
        settings = all(
            getattr(mine.settings, name) == getattr(yours.settings, name) for name in _SCALE_SETTINGS
        )
        return (
            settings
            and self.a.years == self.b.years
            and all(is_equal(mine.tables[name], yours.tables[name]) for name in _SCALE)
            and is_equal(mine.soft_prerequisites, yours.soft_prerequisites)
        )

    @property
    def facts(self) -> Mapping[str, Any]:
        """The figures of both plans and their worths, in ``worth_unit``; a difference only on one scale."""
        sides = {
            f"{name}_{side}": value
            for side, plan in (("a", self.a), ("b", self.b))
            for name, value in _figures(plan).items()
        }
        worth = self.b.objective - self.a.objective if self.is_one_scale else None
        counts = {kind.replace(" ", "_"): count for kind, count in self.counts.items()}
        return {
            **sides,
            "worth_a": self.a.objective,
            "worth_b": self.b.objective,
            "worth_b_minus_a": worth,
            "worth_unit": self.a.benefit_unit,
            "capital_b_minus_a": sides["capital_b"] - sides["capital_a"],
            "currency": million(self.currency),
            **counts,
        }

    @property
    def sides(self) -> pl.DataFrame:
        """Return the figures of both plans as rows: figure, unit, a, b, difference (b minus a).

        What is closed, and the gap, have a difference only where both are on one scale.
        """
        mine, yours = _figures(self.a), _figures(self.b)
        rows = [
            (
                name,
                str(say(self.unit_of(name))),
                mine[name],
                yours[name],
                yours[name] - mine[name]
                if (self.is_one_scale or name not in _SHARES) and None not in {mine[name], yours[name]}
                else None,
            )
            for name in mine
        ]
        kinds = dict.fromkeys(("a", "b", "difference"), pl.Float64)
        return pl.DataFrame(
            rows, schema={"figure": pl.String, "unit": pl.String, **kinds}, orient="row", strict=False
        )

    @property
    def shown_sides(self) -> pl.DataFrame:
        """The figures of both plans with their names in words, in the language that is spoken."""
        titles = {name: str(say(title)) for name, title in FIGURES.items()}
        return self.sides.with_columns(pl.col("figure").replace(titles))

    @property
    def shifts(self) -> Text | None:
        """What the second plan achieves, who pays more and who less in it, and whether it is proven better.

        None where nobody pays more or less.
        """
        mine, yours = _figures(self.a), _figures(self.b)
        changes = {name: float(yours[name] or 0) - float(mine[name] or 0) for name in _PAYERS}
        parts = [
            text("{figure}: {amount} more", figure=FIGURES[name], amount=money_words(change, self.currency))
            if change > 0
            else text(
                "{figure}: {amount} less", figure=FIGURES[name], amount=money_words(-change, self.currency)
            )
            for name, change in changes.items()
            if abs(change) > _CENT
        ]
        if not parts:
            return None
        if self.overview.is_empty():
            return text(
                "Both plans build the same projects in the same years: the differences between their "
                "inputs affect no project, only who pays ({changes:semicolons}).",
                changes=parts,
            )
        gaps = [one for one in (mine["gap"], yours["gap"]) if one is not None]
        closed = [mine["closed"], yours["closed"]]
        if self.is_one_scale and gaps and abs(closed[1] - closed[0]) <= max(gaps) * max(closed):
            differ = text(
                "The plans differ in improvement by less than their gaps, so neither is proven better; who "
                "pays does differ. In the second plan, compared with the first: {changes:semicolons}.",
                changes=parts,
            )
            exceeded = exceeded_words(self.a, self.b)
            return differ if exceeded is None else paragraph([differ, exceeded])
        paid = text("In the second plan, compared with the first: {changes:semicolons}.", changes=parts)
        if not self.is_one_scale or abs(closed[1] - closed[0]) < _HUNDREDTH:
            return paid
        return text(
            "The second plan achieves {second:.2%} of the possible improvement, the first {first:.2%}. "
            "{paid}",
            second=closed[1], first=closed[0], paid=paid,
        )  # fmt: skip

    @property
    def falls_away(self) -> Text | None:
        """What the budgets no longer pay, since projects that need money from outside are not built.

        None where the second plan has as much money from outside, or builds all that needed it.
        """
        outside = [_figures(plan)["capital_outside"] for plan in (self.a, self.b)]
        gone = self.table.filter(difference=ONLY_A)["project"].to_list()
        needing = sorted(_needing_outside(self.a) & set(gone))
        paid = paid_by(self.a.money.filter(pl.col("project").is_in(needing)), self.a.roadmap.funds)
        shares = [
            text("{payer} {amount}", payer=PAYERS[payer], amount=money_words(paid[payer], self.currency))
            for payer in ("city", "nation")
            if paid.get(payer, 0.0) > _CENT
        ]
        if outside[1] > outside[0] - _CENT or not shares:
            return None
        return texts(
            "{count} project of the first plan needs money from loans and partners, or a project that "
            "does, and is not in the second: what the budgets would have paid for it drops out as well "
            "({shares:list}).",
            "{count:,} projects of the first plan need money from loans and partners, or a project "
            "that does, and are not in the second: what the budgets would have paid for them drops out "
            "as well ({shares:list}).",
            count=len(needing),
            shares=shares,
        )

    def unit_of(self, name: str) -> str:
        """Return the unit of a figure of both plans; empty where it has none."""
        units: dict[str, str] = {
            **dict.fromkeys(("capital", *_PAYERS, "repaid"), million(self.currency)),
            **dict.fromkeys(("operation", "renewal"), million_a_year(self.currency)),
            "closed": text("share"),
            "gap": text("share of the plan's gain over doing nothing"),
        }
        return units.get(name, "")

    @property
    def overview(self) -> pl.DataFrame:
        """The projects that differ."""
        return self.table.filter(pl.col("difference") != SAME)

    @cached_property
    def by_year(self) -> pl.DataFrame:
        """Return year, capital_a, capital_b, difference (b minus a), in millions."""
        years = sorted({*self.a.years, *self.b.years})
        return self._capital_by(pl.DataFrame({"year": years}, schema={"year": pl.Int64}))

    @cached_property
    def by_fund(self) -> pl.DataFrame:
        """Return fund, capital_a, capital_b, difference, in millions; of funds that pay something."""
        funds = pl.concat([plan.roadmap.funds.select("fund") for plan in (self.a, self.b)])
        table = self._capital_by(funds.unique(maintain_order=True))
        return table.filter(pl.max_horizontal("capital_a", "capital_b") > _CENT)

    @cached_property
    def by_payer(self) -> pl.DataFrame:
        """Return year, payer, capital_a, capital_b, difference, in millions; of payers that pay something."""
        payers = pl.DataFrame({"payer": list(PAYERS)}, schema={"payer": pl.String})
        table = self._capital_by(self.by_year.select("year").join(payers, how="cross"))
        return table.filter(pl.max_horizontal("capital_a", "capital_b") > _CENT)

    def _capital_by(self, table: pl.DataFrame) -> pl.DataFrame:
        """Add the capital of both plans, and its difference, to a table of keys."""
        keys = table.columns
        for side, plan in (("a", self.a), ("b", self.b)):
            table = table.join(_capital(plan, keys, side), on=keys, how="left", maintain_order="left")
        filled = table.with_columns(pl.col("capital_a", "capital_b").fill_null(0.0))
        return filled.with_columns(difference=pl.col("capital_b") - pl.col("capital_a"))

    @cached_property
    def by_city(self) -> pl.DataFrame:
        """Return one row a city of either plan: what both build, who pays, what they bring, what differs.

        Columns: city, projects_a, projects_b, capital_a, capital_b, difference, own_a, own_b (capital that
        the city pays itself), closed_a, closed_b (achieved share of its possible improvement), and how many
        projects differ how.
        """
        kinds = {ONLY_A: "only_a", ONLY_B: "only_b", MOVED: "moved", SAME: "same"}
        counted = [(pl.col("difference") == kind).sum().alias(name) for kind, name in kinds.items()]
        table = (
            self.table.group_by("city")
            .agg(
                pl.col("capital_a", "capital_b").sum(),
                pl.col("start_a").count().alias("projects_a"),
                pl.col("start_b").count().alias("projects_b"),
                *counted,
            )
            .with_columns(difference=pl.col("capital_b") - pl.col("capital_a"))
        )
        for side, plan in (("a", self.a), ("b", self.b)):
            paid = paid_by_city(plan).filter(payer="city").select("city", **{f"own_{side}": "amount"})
            share = pl.col("closed").sum() / pl.col("improvable").sum()
            closed = plan.closed.filter(pl.col("improvable") > 0).group_by("city")
            table = table.join(paid, on="city", how="left")
            table = table.join(closed.agg(share.alias(f"closed_{side}")), on="city", how="left")
        money = (pl.col("own_b") - pl.col("own_a")).abs() + pl.col("difference").abs()
        return (
            table.with_columns(pl.col("own_a", "own_b").fill_null(0.0))
            .select(
                "city", "projects_a", "projects_b", "capital_a", "capital_b", "difference", "own_a", "own_b",
                "closed_a", "closed_b", *kinds.values()
            )
            .sort(money, "city", descending=[True, False])
        )  # fmt: skip

    @cached_property
    def changed_cities(self) -> pl.DataFrame:
        """Return those of :attr:`by_city` in which projects, their years or what the city pays differ.

        ``pays`` and ``improves`` say by sign (1 or -1) where the city pays, or improves, more or less in b.
        """
        paid = pl.col("own_b") - pl.col("own_a")
        improved = pl.col("closed_b") - pl.col("closed_a")
        return self.by_city.with_columns(
            pays=pl.when(paid.abs() > _CENT).then(paid.sign()).otherwise(0),
            improves=pl.when(improved.abs() > _NOTHING).then(improved.sign()).otherwise(0),
        ).filter((pl.col("only_a") + pl.col("only_b") + pl.col("moved") > 0) | (pl.col("pays") != 0))

    def chart(self) -> dict[str, Any]:
        """Return the capital of both plans by year, as bars side by side."""
        return charts.two_plans(self.by_year, self.names, currency=self.currency)

    def explain(self, key: str) -> Explanation:
        """Say what the two plans do with a project, and why each of them does."""
        rows = self.table.filter(pl.col("project") == key)
        if rows.is_empty():
            raise NotFoundError(
                coded("plan.comparison.no_project", "neither plan has a project {project!r}", project=key),
                remedy=nearest(key, self.table["project"]),
            )
        row = rows.row(0, named=True)
        return Explanation(
            key,
            self._difference(row),
            kind=Kind.PROJECT,
            children=tuple(
                _explained(plan, row, name) for plan, name in zip((self.a, self.b), self.names, strict=True)
            ),
        )

    def _difference(self, row: Mapping[str, Any]) -> Text:
        match row["difference"]:
            case "only in a":
                return text("only in {plan}", plan=self.names[0])
            case "only in b":
                return text("only in {plan}", plan=self.names[1])
            case "moved":
                return text(
                    "moved from {before} to {after}",
                    before=row["start_a"], after=row["start_b"]
                )  # fmt: skip
            case _:
                return text("the same in both")


def compare(a: Plan, b: Plan, *, names: tuple[str, str] = ("a", "b")) -> Comparison:
    """Set two plans side by side.

    Parameters
    ----------
    a, b : the plans; they may come from different roadmaps, and what differs is said
    names : what they are called

    Raises InputError when their amounts are in different currencies.
    """
    if a.currency != b.currency:
        raise InputError(
            coded(
                "plan.compare.currencies",
                "amounts in {a} and in {b} cannot be compared",
                a=a.currency,
                b=b.currency,
            ),
            place=listed(names),
            remedy=text("create both plans from roadmaps in the same currency"),
        )
    columns = ("project", "city", "solution")
    mine, yours = (
        plan.table.select(*columns, **{f"start_{side}": "start", f"capital_{side}": "capital"})
        for side, plan in (("a", a), ("b", b))
    )
    joined = mine.join(yours, on=list(columns), how="full", coalesce=True)
    kind = (
        pl.when(pl.col("start_b").is_null())
        .then(pl.lit(ONLY_A))
        .when(pl.col("start_a").is_null())
        .then(pl.lit(ONLY_B))
        .when(pl.col("start_a") != pl.col("start_b"))
        .then(pl.lit(MOVED))
        .otherwise(pl.lit(SAME))
    )
    table = joined.with_columns(difference=kind, moved=pl.col("start_b") - pl.col("start_a")).select(
        *columns, "difference", "start_a", "start_b", "moved", "capital_a", "capital_b"
    )
    return Comparison(table=table.sort("city", "project"), a=a, b=b, names=names)


def _explained(plan: Plan, row: Mapping[str, Any], name: str) -> Explanation:
    """Say why a plan has a project, or has not; a roadmap may not know it at all."""
    road = plan.roadmap
    if row["solution"] not in {*road.projects["solution"], *road.omitted["solution"]}:
        return Explanation(
            name,
            coded("plan.why.not_a_candidate", "not a candidate"),
            kind=Kind.MISSING,
            note=text("its roadmap has no such solution"),
        )
    reason = plan.why(row["city"], row["solution"])
    return Explanation(name, reason.value, kind=Kind.PROJECT, note=reason.note, children=reason.children)


def _figures(plan: Plan) -> dict[str, Any]:
    paid = paid_by(plan.money, plan.roadmap.funds)
    return {
        "closed": plan.closed_share,
        "gap": finite(plan.gap),
        "projects": plan.table.height,
        "cities": plan.table["city"].n_unique(),
        "capital": float(plan.table["capital"].sum()),
        **{name: paid.get(payer, 0.0) for name, payer in _PAYERS.items()},
        "operation": float(plan.table["operation"].sum()),
        "renewal": float(plan.table["renewal"].sum()),
        "repaid": float(repaid(plan.roadmap, plan.money)["amount"].sum()),
        "missed": shortfalls(plan).height,
    }


def _needing_outside(plan: Plan) -> set[str]:
    """Return the projects of a plan that outside money pays for, and those that require one of these."""
    funds = plan.roadmap.funds.filter(payer="outside")["fund"]
    paid = plan.money.filter(
        pl.col("kind") == "capital", pl.col("amount") > _CENT, pl.col("fund").is_in(funds.implode())
    )
    return plan.with_dependents(paid["project"])


def _capital(plan: Plan, keys: Sequence[str], side: str) -> pl.DataFrame:
    payers = plan.roadmap.funds.select("fund", "payer")
    capital = plan.money.filter(pl.col("kind") == "capital").join(payers, on="fund", how="left")
    return capital.group_by(keys).agg(pl.col("amount").sum().alias(f"capital_{side}"))


def _inputs_table(rows: Sequence[Sequence[str]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(("what", "a", "b"), pl.String), orient="row")
