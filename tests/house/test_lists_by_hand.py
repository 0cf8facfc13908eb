"""What is listed by hand in a help text, a page of the manual or a test has every row of what it lists."""

import ast
import re
from pathlib import Path

import pytest

from urbium.access import Role
from urbium.cli.live import open_feed
from urbium.cli.planning import plan
from urbium.cli.publishing import publish
from urbium.model.instruments import InstrumentKind
from urbium.model.live import LivePeriod, LiveStatistic, Shortfall
from urbium.packaged import packaged_rows, words_of
from urbium.pilot.fields import field_words
from urbium.plan import rules
from urbium.plan_rules import PLAN_RULES
from urbium.platform.connectors.registry import CONNECTORS
from urbium.programme.job_kinds import JOB_KINDS
from urbium.publish.open_data import FORMATS
from urbium.result import _ENDINGS

ROOT = Path(__file__).resolve().parents[2]
METHODS = ROOT / "docs" / "manual" / "methods"
LOGGED = ("store", "programme")
"""The rooms whose calls say to the log by ``what=`` what is done."""


def test_every_rule_of_plans_is_in_the_manual():
    page = (METHODS / "plan.md").read_text(encoding="utf-8")
    files = {name for name, module in vars(rules).items() if hasattr(module, "RULE")}
    assert files - set(re.findall(r"automodule:: urbium\.plan\.rules\.(\w+)", page)) == set()


def test_every_rule_that_may_be_left_out_stands_in_the_form_of_the_office():
    assert set(field_words("job_plan", "without").words) == set(PLAN_RULES)


@pytest.mark.parametrize("form", ["account", "account_change"])
def test_every_role_may_be_given_in_the_form_of_an_account(form):
    assert set(field_words(form, "grants.role").words) == {role.value for role in Role} - {Role.PUBLIC.value}


def test_every_format_of_publications_stands_in_the_form_of_the_office():
    assert set(field_words("job_publish", "formats").words) == {row.name for row in FORMATS.values()}


def test_all_long_work_has_a_link_to_its_form_and_says_what_it_makes():
    assert set(words_of("work")) == set(words_of("what work makes")) <= set(JOB_KINDS)


def test_whatever_the_log_says_was_done_has_words():
    said = {
        word.value
        for room in LOGGED
        for path in (ROOT / "src" / "urbium" / room).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        for word in (one.value for one in call.keywords if one.arg == "what")
        if isinstance(word, ast.Constant)
    }
    assert len(said) > 15
    assert said - set(words_of("change")) == set()


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


@pytest.mark.parametrize(
    ("sheet", "column", "words"),
    [
        ("live", "statistic", LiveStatistic),
        ("live", "period", LivePeriod),
        ("live", "shortfall", Shortfall),
        ("instruments", "kind", InstrumentKind),
    ],
)
def test_the_starter_of_a_catalogue_names_every_word_of_a_list(sheet, column, words):
    rows = packaged_rows("catalogue_starter")
    (said,) = (row["meaning"] for row in rows if (row["table"], row["column"]) == (sheet, column))
    assert {one.value for one in words} - set(re.findall(r"\w+", said)) == set()


def test_the_help_of_every_command_that_saves_a_table_names_all_its_endings():
    room = ROOT / "src" / "urbium" / "cli"
    said = [
        (path.name, set(re.findall(r"\.\w+", line.partition("(")[2])))
        for path in room.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip().startswith("Write the table ")
    ]
    assert len(said) > 5
    assert [name for name, endings in said if endings != _ENDINGS] == []
