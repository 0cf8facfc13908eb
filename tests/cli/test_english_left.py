"""In Chinese at most two in a hundred of the words that a command says are English."""

import pytest

from english_words import MOST, share_of
from urbium.cli import app

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


STILL = {
    "settings": 0.26, "cities": 0.45, "faults": 0.07, "finance": 0.48, "appraise": 0.32, "explain": 0.56,
    "data-priorities": 0.27, "measure": 0.23, "forecast": 0.23, "plan": 0.14, "check": 0.18, "serve": 0.17,
    "market": 0.24, "certify": 0.19, "demo": 1.0, "doctor": 0.66,
}  # fmt: skip
"""Commands that hold more English than is wanted, and what they held when this was written: it only falls.

Names and levels of places, notes inside a kept plan, what a source calls itself, and the marks of a help.
"""


def most_of(command):
    return STILL.get(command[0], MOST)


@pytest.fixture
def said(run, demo_file, monkeypatch):
    """Return what a command says of the demonstration in Chinese."""
    monkeypatch.setenv("URBIUM_LANGUAGE", "zh")

    def say(*command):
        of_demo = () if command[-1] == "--help" else ("-d", demo_file)
        return "\n".join(run(*command, *of_demo)[1:])

    return say


def test_every_command_that_is_looked_at_is_one():
    assert {command[0] for command in (*ANSWERS, *HELP)} <= {*app}


@pytest.mark.parametrize("command", FIRST)
def test_a_command_answers_in_chinese(said, command):
    share, words = share_of(" ".join(command), said(*command))
    assert share <= most_of(command), words


@pytest.mark.release
@pytest.mark.parametrize("command", [*ANSWERS, *HELP])
def test_every_command_answers_in_chinese(said, command):
    share, words = share_of(" ".join(map(str, command)), said(*command))
    assert share <= most_of(command), words
