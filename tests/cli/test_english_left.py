"""In Chinese at most two in a hundred of the words that a command says are English."""

import pytest

from english_words import MOST, share_of
from urbium.cli import app

FIRST = (("doctor",), ("plans",), ("settings",))
"""Commands that are looked at in every run."""
HELP = tuple(
    (name, "--help")
    for name in ("plan", "measure", "forecast", "check", "serve", "market", "certify", "demo")
)
ANSWERS = (
    *FIRST, ("cities",), ("non-reporting",), ("faults",), ("certify",), ("finance",), ("appraise",),
    ("compare",), ("similarity",), ("explain", "合肥"), ("explain", "合肥", "population"), ("verify",),
    ("data-priorities",), ("measure", "yearbook", "--period", 2012, "--runs", 5),
    ("forecast", "population", "--to", 2030),
)  # fmt: skip


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
    assert share <= MOST, words


@pytest.mark.long
@pytest.mark.parametrize("command", [*ANSWERS, *HELP])
def test_every_command_answers_in_chinese(said, command):
    share, words = share_of(" ".join(map(str, command)), said(*command))
    assert share <= MOST, words
