"""The rows of the steps: one entry, and every part of urbium that asks about a step knows it."""

import numpy as np
import pytest

from urbium.measure.steps.registry import (
    STEPS,
    Purpose,
    Step,
    ends_of,
    is_for,
    normalising_options,
    step_words,
)
from urbium.measure.trust.non_reporting import non_reporting
from urbium.model import Choice
from urbium.publish.books.scores_stages import list_stages
from urbium.text import text

FIGURES = {"x": [0, 50, 100, 40], "y": [10, 0, 20, 20], "z": [0, 10, 5, None]}


@pytest.fixture
def squeezed(monkeypatch):
    """A way to one scale that urbium does not come with: min-max of the square roots."""

    def make(state):
        return STEPS["min-max"].make(state.holding(np.sqrt(state.values)))

    row = Step(
        purpose=Purpose.NORMALISE,
        make=make,
        words=lambda _choice, _share: text("Square roots are put on one scale."),
        ends=lambda _choice: (0.0, 100.0),
        option=text("squeezed: large values count less"),
        offered="squeezed",
    )
    monkeypatch.setitem(STEPS._all, "squeezed", row)


@pytest.fixture
def guessed(monkeypatch):
    """An imputation that fills every gap with half of the highest value."""

    def make(state):
        return state.holding(np.where(state.is_known, state.values, np.nanmax(state.values, axis=0) / 2)), {}

    row = Step(
        purpose=Purpose.IMPUTE,
        make=make,
        words=lambda _choice, _share: text("Missing values are guessed."),
    )
    monkeypatch.setitem(STEPS._all, "guessed", row)


@pytest.mark.usefixtures("squeezed")
def test_a_new_way_to_one_scale_is_measured_explained_and_offered(score_tree):
    scores = score_tree(FIGURES, steps="screen > squeezed", availability=0.6)
    assert scores.build.normalised[1, 0] == pytest.approx(100 * 0.5**0.5)
    assert scores.explain("a").unit == "of 100"
    assert step_words(Choice("squeezed"), 0.6) == "Square roots are put on one scale."
    assert normalising_options()["squeezed"].option == "squeezed: large values count less"
    assert list_stages(scores)[-1].note.startswith("Indicators are put on a common scale")


@pytest.mark.usefixtures("guessed")
def test_a_new_imputation_is_taken_into_account_by_the_effect_of_non_reporting(score_tree):
    figures = {"x": [0, 50, 100], "y": [10, 0, 30]}
    table = non_reporting(score_tree(figures, steps="guessed > min-max")).table
    b = table.filter(table["city"] == "b").row(0, named=True)
    # without y b is guessed to have 15, which is 25 between 10 and 30; it keeps 50 in x
    assert (b["score"], b["reachable"], b["withheld"]) == (25, pytest.approx(37.5), ["y"])


@pytest.mark.parametrize("name", sorted(STEPS))
def test_every_row_says_what_the_step_is_for_and_what_it_does(name):
    assert step_words(Choice(name), 0.6).endswith(".")
    assert is_for(Choice(name), STEPS[name].purpose)


@pytest.mark.parametrize("name", sorted(normalising_options()))
def test_what_is_offered_is_a_way_to_one_scale(name):
    step = STEPS[name]
    assert step.purpose is Purpose.NORMALISE
    assert Choice.parse(step.offered).name == name


def test_a_step_that_is_not_known_has_no_ends_and_no_purpose():
    magic = Choice.parse("magic(power=2)")
    assert ends_of(magic) is None
    assert not is_for(magic, Purpose.SCREEN)
    assert step_words(magic, 0.5) == "The step magic(power=2) is applied."


def test_a_screening_says_whom_it_keeps_and_leaves_out():
    choice = Choice.parse("screen(availability=0.7, nonzero=0.5, include=a|b, exclude=c)")
    assert step_words(choice, 0.6) == (
        "Cities with figures for less than 70% of the indicators are left out, so that a single unusual "
        "figure cannot determine the scale. Cities where less than 50% of the values are non-zero "
        "are also left out. Always kept: a and b. Always left out: c."
    )


@pytest.mark.parametrize(
    ("then", "words"),
    [("box-cox", "a Box-Cox transformation is applied."), ("none", "the indicator is left unchanged."),
     ("log-plus", "log-plus is applied.")],
)  # fmt: skip
def test_winsorising_says_what_happens_when_it_is_not_enough(then, words):
    told = step_words(Choice.parse(f"winsorise(limit=3, then={then})"), 0.6)
    assert told.endswith(f"up to 3 extreme values are set to the next value; if that is not enough, {words}")
