r"""What one more of each limit is worth: at most by the prices of the proof, and really by solving again.

With the prices :math:`\pi` of the proven bound :math:`L`, no plan under a limit raised by :math:`\delta` is
worth more than :math:`L + \pi \delta` (weak duality, Geoffrion 1974), so that no plan gains more than
:math:`L - v + \pi \delta` over one of value :math:`v`. The first part, :math:`L - v`, is what is not proven
of the plan itself; it is shown apart and is the same for all limits. What is really gained is found by
solving again with the limit raised: a plan is then known that gains as much, so it is a lower bound. Since
the search without any raise may gain too, where the plan is not proven best, that is told beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar

import polars as pl

from urbium import charts
from urbium.errors import InputError, NotFoundError
from urbium.explanation import Explanation, Kind
from urbium.plan.milp.financing import money_table, split_money
from urbium.plan.result.limits import limits, raised
from urbium.plan.result.plan import Plan
from urbium.plan.rules import AMOUNTS
from urbium.plan.verify.dual_bound import recomputed_bound
from urbium.plan.why.facts import OF_IMPROVEMENT, percent_of
from urbium.plan.why.reoptimise import WORK, Reoptimised, Scope, is_small
from urbium.result import Result
from urbium.text import coded, text

MORE: Mapping[str, float] = MappingProxyType(
    {name: amount.step for name, amount in AMOUNTS.items()}
    | {
        f"city_{name}": amount.step_of_city
        for name, amount in AMOUNTS.items()
        if amount.step_of_city is not None
    }
)
"""How much more of each kind of limit is asked about: a billion of the nation's budget and of a fund, ten
millions of a city's budget, one start, ten places."""

_COLUMNS = (
    "name", "limit", "place", "what", "year", "amount", "used", "left", "unit", "price", "more", "at_price",
    "gained_at_most", "gained", "gained_without",
)  # fmt: skip
_CITIES = 6
"""How many of the largest cities are offered what the nation has more of, in a large programme."""


@dataclass(frozen=True, kw_only=True)
class Margins(Result):
    """What one more of each limit is worth, in units of the objective.

    Parameters
    ----------
    table : name, limit, place, what, year, amount, used, left, unit, price (so much a unit more adds to the
        bound), more (so much more is asked about), at_price (price x more), gained_at_most (no plan gains
        more: ``at_price`` and ``unproven``, or the bound of solving again where that is less), gained (found
        by solving again, null where that was not asked), gained_without (found by the same search with
        nothing raised)
    plan : the plan that stands
    unproven : what is not proven of the plan itself: the bound from prices less the objective
    """

    stage: ClassVar[str] = "margins"
    plan: Plan
    unproven: float

    def __repr__(self) -> str:
        priced = self.table.filter(pl.col("price") > 0).height
        tried = self.table["gained"].count()
        return text(
            "Marginal values of {limits:,} limits: {priced:,} scarce, {tried} tested by raising "
            "the limit and solving the plan again; not proven for the plan itself: {unproven:.2%} "
            "of its improvement",
            limits=self.table.height,
            priced=priced,
            tried=tried,
            unproven=self.plan.share_of(self.unproven),
        ).render()

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the figures are measured against."""
        return {"objective": self.plan.objective, "unproven": self.unproven}

    @property
    def overview(self) -> pl.DataFrame:
        """The scarce limits, dearest first, with those that were solved again on top."""
        rows = self.table.filter((pl.col("price") > 0) | pl.col("gained").is_not_null())
        return rows.sort(pl.col("gained").is_null(), -pl.col("at_price"), maintain_order=True).select(
            "name", "more", "unit", "at_price", "gained", "gained_without", "gained_at_most", "amount", "left"
        )

    def chart(self) -> dict[str, Any]:
        """Return what more of each scarce limit is worth at its price, dearest first."""
        rows = self.table.filter(pl.col("price") > 0).with_columns(
            label=pl.format("{} more: {}", pl.col("more").cast(pl.String), "name")
        )
        return charts.ranking(
            rows, title=text("Value of relaxing each scarce limit"), label="label",
            value="at_price", figures=".3~g",
            value_title=text("Added to the upper bound of the plan benefit"),
        )  # fmt: skip

    def explain(self, key: str) -> Explanation:
        """Say what more of a limit (by its name) is worth, at most and really."""
        rows = self.table.filter(pl.col("name") == key)
        if rows.is_empty():
            raise NotFoundError.named("limit", key, self.table["name"].to_list())
        row = rows.row(0, named=True)
        return Explanation(
            coded(
                "plan.marginal.more",
                "largest possible gain from {more:g} more of {limit}",
                more=row["more"],
                limit=key,
            ),
            self._percent(row["gained_at_most"]),
            OF_IMPROVEMENT,
            period=str(row["year"]),
            kind=Kind.LIMIT,
            children=(*self._amounts(row), *self._tried(row)),
        )

    def _percent(self, gain: float | None) -> float | None:
        return None if gain is None else percent_of(self.plan, gain)

    def _amounts(self, row: Mapping[str, Any]) -> Iterator[Explanation]:
        yield Explanation(
            coded("plan.marginal.amount", "amount"), row["amount"], row["unit"], kind=Kind.SETTING
        )
        yield Explanation(coded("plan.marginal.left", "unused"), row["left"], row["unit"], kind=Kind.LIMIT)
        yield Explanation(
            coded("plan.marginal.at_price", "added to the upper bound at its dual price"),
            self._percent(row["at_price"]),
            OF_IMPROVEMENT,
            kind=Kind.LIMIT,
        )
        yield Explanation(
            coded("plan.marginal.unproven", "not proven for the plan itself"),
            self._percent(self.unproven),
            OF_IMPROVEMENT,
            kind=Kind.LIMIT,
            note=text("up to this much more may be gained, whichever limit is raised"),
        )

    def _tried(self, row: Mapping[str, Any]) -> Iterator[Explanation]:
        """What solving again gained, where that was tried."""
        if row["gained"] is None:
            return
        yield Explanation(
            coded("plan.marginal.gained", "gain from solving again"),
            self._percent(row["gained"]),
            OF_IMPROVEMENT,
            kind=Kind.LIMIT,
            note=text("at least this much: a plan with this gain is known"),
        )
        yield Explanation(
            coded("plan.marginal.gained_without", "gained without it"),
            self._percent(row["gained_without"]),
            OF_IMPROVEMENT,
            kind=Kind.LIMIT,
            note=text("the same search, with no limit raised"),
        )


def marginal_values(
    plan: Plan,
    *,
    more: Mapping[str, float] | None = None,
    rows: Sequence[str] = (),
    most: int = 0,
    work: float = WORK,
) -> Margins:
    """Say what more of each limit is worth, by year and city: a billion, one start, ten engineers.

    Parameters
    ----------
    plan : what stands
    more : how much more is asked about, by kind of limit (``budget`` of the nation, ``city_budget``,
        ``fund_limit``, ``start_limit``, ``people``, ``people_of_nation``), above 0; that of ``MORE`` else
    rows : names of limits that are raised and solved again, such as ``budget[nation,2017]``
    most : so many of the dearest limits are solved again as well
    work : for each solve; a national programme takes up to twelve solves for a limit of the nation

    Raises
    ------
    InputError
        When an amount is not above 0 or a kind of limit is unknown.
    NotFoundError
        When a row is not the name of a limit.
    """
    asked = {**MORE, **(more or {})}
    wrong = [kind for kind, amount in asked.items() if kind not in MORE or not amount > 0]
    if wrong:
        raise InputError(
            coded("plan.marginal.wrong", "{kinds:list} cannot be queried", kinds=wrong),
            place="more",
            remedy=text("enter amounts above 0 for these kinds of limit: {kinds:list}", kinds=list(MORE)),
        )
    of_city = pl.concat_str(pl.lit("city_"), "limit")
    kind = pl.when((pl.col("place") != "nation") & of_city.is_in(list(MORE))).then(of_city).otherwise("limit")
    table = limits(plan).with_columns(more=kind.replace_strict(asked))
    table = table.with_columns(at_price=pl.col("price") * pl.col("more"))
    dear = table.filter(pl.col("price") > 0).sort("at_price", descending=True, maintain_order=True)
    names = [*dict.fromkeys([*rows, *dear["name"].head(most)])]
    amounts = dict(table.select("name", "more").iter_rows())
    for name in names:
        if name not in amounts:
            raise NotFoundError.named("limit", name, amounts)
    unproven = max(recomputed_bound(plan.roadmap, plan.proof, plan.overruns) - plan.objective, 0.0)
    search = _Search(plan, work)
    values = pl.DataFrame(
        [(name, *search.gains(name, amounts[name])) for name in names],
        schema={"name": pl.String()} | dict.fromkeys(("gained", "gained_without", "proven"), pl.Float64()),
        orient="row",
    )
    at_most = pl.min_horizontal(pl.col("at_price") + unproven, "proven")
    return Margins(
        table=table.join(values, on="name", how="left", maintain_order="left")
        .with_columns(gained_at_most=at_most)
        .select(*_COLUMNS),
        plan=plan,
        unproven=unproven,
        settings={"more": asked, "rows": names, "work": work},
    )


@dataclass(frozen=True)
class _Search:
    """The plan improved with a limit raised, and with nothing raised."""

    plan: Plan
    work: float

    def gains(self, name: str, more: float) -> tuple[float, float, float | None]:
        """Return what raising a limit gains, what the same search gains without it, and the most there is."""
        eased = replace(self.plan, roadmap=raised(self.plan.roadmap, name, more))
        if is_small(self.plan):
            with_it, without = self._whole(eased), self._whole(self.plan)
            gained = max((with_it.value or 0.0) - self.plan.objective, 0.0)
            alone = max((without.value or 0.0) - self.plan.objective, 0.0)
            return max(gained, alone), alone, max(with_it.bound - self.plan.objective, gained, alone)
        cities = self._cities(name)
        without_it = self._by_city(self.plan, cities)
        return max(self._by_city(eased, cities), without_it), without_it, None

    def _whole(self, plan: Plan) -> Reoptimised:
        scope = Scope(plan, None)
        return scope.solve(work=self.work, first=scope.present)

    def _cities(self, name: str) -> list[str]:
        """Return the cities that may use a limit: the one it belongs to, or the largest."""
        table = self.plan.roadmap.cities
        place = name.partition("[")[2].partition(",")[0]
        if name.partition("[")[0] != "fund_limit" and place in set(table["city"]):
            return [place]
        return table.sort("weight", descending=True, maintain_order=True)["city"].head(_CITIES).to_list()

    def _by_city(self, plan: Plan, cities: Sequence[str]) -> float:
        """Improve one city after the other; return what is gained in all."""
        standing = plan
        for city in cities:
            standing = _improved(standing, city, self.work)
        return standing.objective - plan.objective


def _improved(plan: Plan, city: str, work: float) -> Plan:
    """Return the plan with one city solved again, the same one when nothing better was found."""
    scope = Scope(plan, city)
    answer = scope.solve(work=work, gap=1e-3)
    if answer.value is None or answer.value <= plan.objective:
        return plan
    start = scope.indices(answer.start)
    split = split_money(scope.lay, scope.model, start)
    if split is None:
        return plan
    money = money_table(scope.lay, start, split.paid)
    begun = pl.DataFrame(
        {"project": list(answer.start), "start": list(answer.start.values())},
        schema={"project": pl.String(), "start": pl.Int64()},
    )
    chosen = (
        scope.road.projects.drop("start")
        .join(begun, on="project", how="inner", maintain_order="left")
        .with_columns(
            finish=pl.col("start") + pl.col("build_years") - 1, lost_without_it=pl.lit(None, pl.Float64)
        )
        .select(plan.table.columns)
    )
    return replace(
        plan,
        table=pl.concat([plan.table.filter(pl.col("city") != city), chosen]),
        money=pl.concat([plan.money.filter(pl.col("city") != city), money]),
        objective=answer.value,
    )
