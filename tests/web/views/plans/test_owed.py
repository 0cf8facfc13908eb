"""Owed: the plan beside one that does without the money that nobody has signed."""

from types import SimpleNamespace

import polars as pl

from urbium.web.views.plans.owed import _planned_without


def plan(improvement, possible=10.0, years=range(2020, 2023), unsigned=0.0):
    return SimpleNamespace(
        currency="CNY", start_years=years, improvement=improvement, unsigned=unsigned,
        closed=pl.DataFrame({"improvable": [possible / 2, possible / 2]}),
        table=pl.DataFrame({"capital": [1.0, 2.0]}),
    )  # fmt: skip


def office(**kept):
    return SimpleNamespace(
        plans=type("Plans", (), {
            "__call__": lambda _: pl.DataFrame({"name": list(kept), "currency": "CNY"}),
            "called": lambda _, name: kept[name],
        })(),
        own_words=dict,
        finances=SimpleNamespace(signed=lambda one: SimpleNamespace(facts={"unsigned": one.unsigned})),
    )  # fmt: skip


def test_the_best_kept_plan_without_unsigned_money_is_named():
    found = _planned_without(office(poor=plan(4.0), good=plan(6.0), owing=plan(7.0, unsigned=1.0)), plan(8.0))
    assert (found["plan"], found["benefit"], found["capital"]) == ("good", 0.75, 3.0)


def test_a_plan_of_other_years_or_of_other_needs_is_no_answer():
    kept = office(later=plan(6.0, years=range(2023, 2026)), other=plan(6.0, possible=12.0))
    assert _planned_without(kept, plan(8.0)) is None
