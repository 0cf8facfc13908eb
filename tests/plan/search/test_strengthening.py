"""Standards that a city cannot run together: the relaxation and the check know that one is missed."""

from dataclasses import replace

import polars as pl
import pytest

from urbium.plan import NATIONWIDE
from urbium.plan.milp.model import assemble
from urbium.plan.search.strengthening import strengthened
from urbium.plan.variables import Variables
from urbium.plan.verify.dual_bound import recomputed_bound

PRICE = 5.0
NO_PRICES = pl.DataFrame(schema={"row": pl.String, "price": pl.Float64})


@pytest.fixture
def two_standards(programme):
    """Return a roadmap of one city whose two standards take projects that cost 6 a year each to run."""

    def make(upkeep, *, is_chained=False):
        road = programme(0, cities=1, most=6)
        first, second = road.projects["project"].to_list()[:2]
        city = road.cities["city"][0]
        plain = {"status": "candidate", "operation": 6.0, "renewal": 0.0, "capital": 0.0, "build_years": 1}
        needs = [(second, first, 0, "hard", 0.0)] if is_chained else []
        return road.replace(
            projects=road.projects.head(2).with_columns(
                *(pl.lit(value).alias(name) for name, value in plain.items()), start=pl.lit(None, pl.Int64)
            ),
            prerequisites=pl.DataFrame(needs, schema=road.prerequisites.schema, orient="row"),
            exclusions=road.exclusions.clear(),
            alternatives=road.alternatives.clear(),
            effects=road.effects.filter(pl.col("project").is_in([first, second])),
            standards=pl.DataFrame({"standard": ["A", "B"], "city": city, "deadline": road.years[-1]}),
            covers=pl.DataFrame({"standard": ["A", "B"], "project": [first, second]}),
            upkeep=pl.DataFrame(
                {"place": [NATIONWIDE, city], "since": road.years[-1] + 1, "amount": float(upkeep)}
            ),
            budgets=road.budgets.with_columns(amount=pl.lit(1000.0)),
            settings=replace(road.settings, shortfall_price=PRICE, operation_by="nation"),
        )

    return make


def conflicts_of(road):
    """Return which standards each added row is about."""
    lay = Variables(road)
    model = assemble(lay)
    tight = strengthened(lay, model)
    assert (tight.lower[len(model.lower) :] == 1).all()
    names = dict(zip(lay.missed.tolist(), road.standards["standard"], strict=True))
    rows = range(len(model.lower), len(tight.lower))
    return [{names[int(k)] for k in tight.column[tight.row == row]} for row in rows]


@pytest.mark.parametrize(
    ("upkeep", "is_chained", "conflicts"),
    [(12, False, []), (11, False, [{"A", "B"}]), (5, False, [{"A"}, {"B"}]),
     (12, True, []), (11, True, [{"B"}]), (5, True, [{"A"}, {"B"}])],
)  # fmt: skip
def test_the_smallest_sets_that_cannot_be_run_have_a_row(two_standards, upkeep, is_chained, conflicts):
    """Two projects of 6 a year; chained, the second requires the first, and B takes both."""
    assert conflicts_of(two_standards(upkeep, is_chained=is_chained)) == conflicts


@pytest.mark.parametrize(("upkeep", "missed"), [(12, 0), (11, 1), (5, 1)])
def test_the_check_charges_each_city_for_one_standard_that_it_must_miss(two_standards, upkeep, missed):
    """At prices of nothing each other part of the bound stays as it is; sets of one city count once."""
    free = recomputed_bound(two_standards(12), NO_PRICES)
    assert recomputed_bound(two_standards(upkeep), NO_PRICES) == pytest.approx(free - missed * PRICE)


@pytest.mark.parametrize("upkeep", [12, 11, 5])
def test_no_plan_is_lost(two_standards, upkeep):
    """The rows keep every choice that the running costs allow: B needs A, so a choice is none, A, or both."""
    road = two_standards(upkeep, is_chained=True)
    met = [set[str](), *([{"A"}] if upkeep >= 6 else []), *([{"A", "B"}] if upkeep >= 12 else [])]
    assert all(conflict - choice for choice in met for conflict in conflicts_of(road))
