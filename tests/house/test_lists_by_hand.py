"""What is listed by hand in a help text, a page of the manual or a test has every row of what it lists."""

import re
from pathlib import Path

import pytest

from urbium.cli.live import open_feed
from urbium.cli.planning import plan
from urbium.cli.publishing import publish
from urbium.pilot.fields import field_words
from urbium.plan import rules
from urbium.plan_rules import PLAN_RULES
from urbium.platform.connectors.registry import CONNECTORS
from urbium.publish.open_data import FORMATS

METHODS = Path(__file__).resolve().parents[2] / "docs" / "manual" / "methods"


def test_every_rule_of_plans_is_in_the_manual():
    page = (METHODS / "plan.md").read_text(encoding="utf-8")
    files = {name for name, module in vars(rules).items() if hasattr(module, "RULE")}
    assert files - set(re.findall(r"automodule:: urbium\.plan\.rules\.(\w+)", page)) == set()


def test_every_rule_that_may_be_left_out_stands_in_the_form_of_the_office():
    assert set(field_words("job_plan", "without").words) == set(PLAN_RULES)


@pytest.mark.parametrize(
    ("command", "names"),
    [
        (open_feed, set(CONNECTORS)),
        (publish, {row.name for row in FORMATS.values()}),
        (plan, {name.partition(" ")[0] for name in PLAN_RULES}),
    ],
    ids=["connectors", "formats of publications", "rules of plans"],
)
def test_the_help_of_a_command_names_all_that_it_takes(command, names):
    said = " ".join((command.__doc__ or "").split())
    assert {name for name in names if not re.search(rf"\b{re.escape(name)}\b", said)} == set()
