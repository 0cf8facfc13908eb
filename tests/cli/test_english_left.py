"""In Chinese at most two in a hundred of the words that a command says are English.

What somebody types is the same in every language, and no word: commands, choices, columns of a file.
Publishers without a Chinese name are called by their own.
"""

import re

import pytest

from english_words import MOST, share_of, without_publishers
from urbium.catalogue import load_catalogue
from urbium.catalogue.ready_made import ready_made
from urbium.cli import app
from urbium.examples.countries import example_names
from urbium.forecast.cities.outlook_shapes import LEVERS
from urbium.market.listing import ORDERS
from urbium.market.prospects import READINESS
from urbium.model import Evidence
from urbium.observations.roles import stage_needs
from urbium.plan_rules import PLAN_RULES
from urbium.programme.base.stages import PARTS, STAGES

FIRST = (("doctor",), ("plans",))
"""Commands that are looked at in every run."""
HELP = tuple(
    (name, "--help")
    for name in ("plan", "measure", "forecast", "check", "serve", "market", "certify", "demo")
)
ANSWERS = (
    *FIRST, ("settings",), ("cities",), ("non-reporting",), ("faults",), ("certify",), ("finance",),
    ("appraise",), ("similarity",), ("explain", "合肥"), ("explain", "合肥", "population"), ("verify",),
    ("data-priorities",),
    ("measure", "yearbook", "--period", 2012, "--runs", 5), ("forecast", "population", "--to", 2030),
)  # fmt: skip


TYPED = {
    "plan": PLAN_RULES, "forecast": (*PARTS, *LEVERS), "market": (*READINESS, *ORDERS, *map(str, Evidence)),
    "demo": (*example_names(), "none"), "serve": ("auto", "none"), "certify": ("adopted", "project", "start"),
    "faults": load_catalogue().variables,
    "doctor": (*STAGES, *(role for one in stage_needs() for way in one.ways for role in way), "register",
               "assumptions", "households", "publication"),
    "settings": [word for key in ready_made("china-2012").words for word in key.split()] + ["conic"],
}  # fmt: skip
"""By command, the choices, names of files' columns and keys of settings that its help or answer tells of."""
MARKS = re.compile(r"\[(?:可选|默认|环境变量)：[^\]]*\]")
"""What may be typed, and what holds where nothing is: what the help of an option ends with."""
CALL = re.compile(r"urbium(?: -*[a-z][a-z_-]*| [A-Z]+)+")
"""A command as it is typed."""


@pytest.fixture
def said(run, demo, demo_file, monkeypatch):
    """Return how much of what a command says of the demonstration in Chinese is English, and which words."""
    monkeypatch.setenv("URBIUM_LANGUAGE", "zh")

    def say(*command):
        of_demo = () if command[-1] == "--help" else ("-d", demo_file)
        words = "\n".join(run(*command, *of_demo)[1:])
        words = CALL.sub(" ", MARKS.sub(" ", re.sub(r"\s*│\s*\n\s*│\s*", " ", words)))
        codes = {*app, *TYPED.get(command[0], ())}
        said = without_publishers(words, demo)
        return share_of(" ".join(map(str, command)), said, codes)

    return say


def test_every_command_that_is_looked_at_is_one():
    assert {command[0] for command in (*ANSWERS, *HELP)} <= {*app}


def test_a_help_in_english_is_found(said, monkeypatch):
    monkeypatch.setattr("urbium.cli._language", lambda _: "en")
    assert said("market", "--help")[0] > 10 * MOST


@pytest.mark.parametrize("command", FIRST)
def test_a_command_answers_in_chinese(said, command):
    share, words = said(*command)
    assert share <= MOST, words


@pytest.mark.release
@pytest.mark.parametrize("command", [*ANSWERS, *HELP])
def test_every_command_answers_in_chinese(said, command):
    share, words = said(*command)
    assert share <= MOST, words
