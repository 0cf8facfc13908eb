"""Every rule has the same shape, and what reads the list of rules finds all that it needs there."""

import re
from pathlib import Path

import polars as pl
import pytest

from urbium.plan import Proposal, certify, rules, variables
from urbium.plan.problem.tables import DECLARED, TABLES
from urbium.plan.rules import AMOUNTS, FULL, LIMITS, RULES, is_full, limits_of
from urbium.plan.search.national import adapter
from urbium.plan.search.national.adapter import unsupported
from urbium.plan.variables import Variables

CHECKED_AS = {"people_of_nation": "people", "funding": "capital is paid"}
"""Limits that the independent check looks at under another name."""


def test_every_rule_has_limits_and_no_two_limits_are_called_the_same():
    assert all(rule.limits for rule in RULES)
    assert len(LIMITS) == sum(len(rule.limits) for rule in RULES)


def test_every_table_of_a_limit_is_read_by_rules_or_their_variables():
    described = {"cities", "figures", "omitted", "inflows", "potentials", "wordings"}  # these limit no plan
    rooms = [Path(rules.__file__).parent, Path(variables.__file__).parent]
    code = "".join(path.read_text(encoding="utf-8") for room in rooms for path in room.glob("*.py"))
    assert {name for name in TABLES if not re.search(rf"\.{name}\b", code)} - described == set()


@pytest.mark.parametrize("name", AMOUNTS)
def test_an_amount_stands_in_a_declared_column(name):
    amount = AMOUNTS[name]
    assert amount.column in {column.name for column in DECLARED[amount.table].columns}
    assert str(amount.unit("CNY"))


def test_only_definitions_and_what_has_a_price_stand_against_no_plan():
    silent = {name for name, limit in LIMITS.items() if limit.remedy is None}
    assert silent == {*limits_of("worth"), "funding"}


def test_money_and_people_may_be_overrun_by_committed_projects():
    assert {name for name, limit in LIMITS.items() if limit.overruns is not None} == {
        "budget", "upkeep", "repayment", "fund_limit", "people",
    }  # fmt: skip


def test_every_limit_that_stands_against_plans_has_an_independent_check(ruled):
    nothing = Proposal(
        pl.DataFrame(schema={"project": pl.String, "start": pl.Int64}),
        pl.DataFrame(
            schema={"project": pl.String, "fund": pl.String, "year": pl.Int64, "kind": pl.String,
                    "amount": pl.Float64}
        ),
    )  # fmt: skip
    checks = {check.limit for check in certify(ruled(3), nothing).checks}
    standing = {name for name, limit in LIMITS.items() if limit.remedy is not None} | {"funding"}
    assert {CHECKED_AS.get(name, name) for name in standing} <= checks


def test_a_limit_that_the_national_solver_does_not_handle_is_named(ruled, monkeypatch):
    road = ruled(3)
    few = pl.DataFrame({"place": [road.cities["city"][0]], "year": [road.years[0]], "most": [1]})
    lay = Variables(road.replace(start_limits=few))
    assert "limit on starts" not in unsupported(lay)
    monkeypatch.setattr(adapter, "_HANDLED", adapter._HANDLED - {"start_limit"})
    assert "limit on starts" in unsupported(lay)


@pytest.mark.parametrize(("used", "is_so"), [(98.9, False), (99.0, True), (100.0, True), (120.0, True)])
def test_a_limit_is_full_from_ninety_nine_per_cent_on(used, is_so):
    assert FULL == 0.99
    assert is_full(used, 100.0) is is_so
    table = pl.DataFrame({"used": [used], "amount": [100.0]})
    assert table.select(is_full(pl.col("used"), pl.col("amount"))).item() is is_so
