"""Steps: what an index does to the values before they are brought together, one row each (ADR 0004).

A row says all there is to say of a step: what it computes, what it is for, how a page tells it, and on which
scale it ends. The pipeline, explanations, bounds, workbooks and pages read the row, so a new step is one
entry of :data:`STEPS`. The arithmetic is in the files named after the kinds of step.
"""

from collections.abc import Iterable
from functools import partial
from typing import Final

from urbium.extensions import Extended
from urbium.measure.steps import normalise
from urbium.measure.steps.adapters import (
    Normaliser,
    divide,
    fill,
    fill_from_nearest_year,
    fill_from_siblings,
    fill_linearly,
    fill_with_lowest,
    give_points,
    put_between_goalposts,
    raise_to_power,
    screen_rows,
    transform,
    treat_outliers,
)
from urbium.measure.steps.impute import impute_mean, impute_median
from urbium.measure.steps.step import Purpose, Step, listed_codes
from urbium.measure.steps.treat import log_ct_orig, log_ct_plus, log_gii, log_shift
from urbium.measure.steps.wording import (
    denominate_words,
    low_to_high,
    mean_words,
    median_words,
    min_max_words,
    screen_words,
    then,
    winsorise_words,
    z_score_words,
    zero_to_hundred,
    zero_to_one,
    zero_to_scale,
)
from urbium.model import Choice
from urbium.packaged import words_of
from urbium.text import Text, coded, declared, text


def is_for(choice: Choice, purpose: Purpose) -> bool:
    """Say whether a choice is a step for a purpose.

    >>> is_for(Choice("impute-mean"), Purpose.IMPUTE), is_for(Choice("magic"), Purpose.IMPUTE)
    (True, False)
    """
    return choice.name in STEPS and STEPS[choice.name].purpose is purpose


def ends_of(choice: Choice) -> tuple[float, float] | None:
    """Return where the scale of a step begins and ends; None where that is not fixed.

    >>> ends_of(Choice.parse("min-max(low=1)")), ends_of(Choice("z-score"))
    ((1.0, 100.0), None)
    """
    ends = STEPS[choice.name].ends if choice.name in STEPS else None
    return ends(choice) if ends else None


def normalising_options() -> dict[str, Step]:
    """Return the ways to one scale that are offered to whoever tries a change, by name."""
    return {name: step for name, step in STEPS.items() if step.option is not None}


def step_title(choice: Choice) -> Text:
    """Return what a step is called, with its parameters; the way it is written where nobody named it.

    >>> step_title(Choice.parse("winsorise")), step_title(Choice.parse("box-cox(power=0)"))
    ('winsorise', 'box-cox (power=0)')
    """
    title = words_of("step of an index").get(choice.name)
    if title is None:
        return declared(str(choice))
    if not choice.parameters:
        return title
    return text("{step} ({parameters})", step=title, parameters=choice.settings)


def steps_said(steps: Iterable[Choice]) -> Text:
    """Return what steps in a row are called.

    >>> steps_said(Choice.row("screen > min-max(low=1)"))
    'screen, min-max (low=1)'
    """
    return text("{steps:commas}", steps=list(map(step_title, steps)))


def step_words(choice: Choice, availability: float) -> Text:
    """Say what a step does, and on which indicators where it is not all of them.

    >>> step_words(Choice.parse("impute-mean(group=province, only=beds|staff)"), 0.6)
    'Missing values are replaced by the mean of the same province. Only for beds and staff.'
    """
    if choice.name not in STEPS:
        return text("The step {step} is applied.", step=str(choice))
    wording = STEPS[choice.name].words
    words = wording if isinstance(wording, Text) else wording(choice, availability)
    if only := listed_codes(choice.text("only")):
        words = then(words, text("Only for {names:list}.", names=only))
    if others := listed_codes(choice.text("except")):
        words = then(words, text("Not for {names:list}.", names=others))
    return words


# The rows

_impute, _transform, _normalise = (
    partial(Step, purpose=purpose) for purpose in (Purpose.IMPUTE, Purpose.TRANSFORM, Purpose.NORMALISE)
)

_OWN: Final[dict[str, Step]] = {
    "denominate": Step(
        purpose=Purpose.DIVIDE,
        make=divide,
        words=denominate_words,
    ),
    "screen": Step(
        purpose=Purpose.SCREEN,
        make=screen_rows,
        words=screen_words,
    ),
    "impute-mean": _impute(
        make=partial(fill, impute_mean),
        words=mean_words,
    ),
    "impute-median": _impute(
        make=partial(fill, impute_median),
        words=median_words,
    ),
    "impute-siblings": _impute(
        make=fill_from_siblings,
        words=text("Missing values are replaced by the city's own mean in the same pillar."),
        is_by_column=False,
    ),
    "impute-nearest-year": _impute(
        make=fill_from_nearest_year,
        words=text("Missing values are taken from the latest earlier year that has a figure."),
    ),
    "impute-linear": _impute(
        make=fill_linearly,
        words=text("Missing values are interpolated between the years with figures."),
    ),
    "impute-lowest": _impute(
        make=fill_with_lowest,
        words=text("Missing values count as the lowest value of all cities."),
    ),
    "winsorise": Step(
        purpose=Purpose.TREAT,
        make=treat_outliers,
        words=winsorise_words,
    ),
    "log": _transform(
        make=partial(transform, log_shift),
        words=text("Logarithms are taken, so that a few very large values do not determine the scale."),
    ),
    "log-plus": _transform(
        make=partial(transform, log_ct_plus),
        words=text("Logarithms are taken on the side of the longer tail."),
    ),
    "log-plain": _transform(
        make=partial(transform, log_ct_orig),
        words=text("Logarithms are taken, with the lowest value shifted to 1."),
    ),
    "log-innovation": _transform(
        make=partial(transform, log_gii),
        words=text("Logarithms are taken as in the Global Innovation Index."),
    ),
    "box-cox": _transform(
        make=raise_to_power,
        words=text("A Box-Cox transformation makes the distribution of each indicator more symmetric."),
    ),
    "min-max": _normalise(
        make=Normaliser(normalise.min_max),
        words=min_max_words,
        ends=low_to_high,
        above_zero="min-max(low=1, high=100)",
        option=text("min-max: between the worst and the best city"),
        offered="min-max",
    ),
    "z-score": _normalise(
        make=Normaliser(normalise.z_score),
        words=z_score_words,
        above_zero="z-score(mean=100, spread=5)",
        option=text("z-score: distance from the average city"),
        offered="z-score(mean=50, spread=10)",
    ),
    "scaled": _normalise(
        make=Normaliser(normalise.scaled),
        words=text("Each indicator is scaled between fixed bounds."),
        ends=zero_to_scale,
    ),
    "rank": _normalise(
        make=Normaliser(normalise.rank_score),
        words=text("Only the order of the cities in each indicator counts: the worst gets 1."),
        option=text("rank: only the order of the cities counts"),
        offered="rank",
    ),
    "percentile": _normalise(
        make=Normaliser(normalise.percentile),
        words=text("Each indicator shows the share of the other cities that a city is ahead of."),
        ends=zero_to_one,
    ),
    "borda": _normalise(
        make=Normaliser(normalise.borda),
        words=text("Each indicator shows the number of cities that a city is ahead of."),
    ),
    "distance-to-maximum": _normalise(
        make=Normaliser(normalise.distance_to_maximum),
        words=text("Each indicator shows where a city lies between the worst city and the best."),
        ends=zero_to_one,
    ),
    "distance-to-reference": _normalise(
        make=Normaliser(normalise.distance_to_reference),
        words=text(
            "Each indicator shows where a city lies between the worst city and a single reference city."
        ),
    ),
    "distance-to-target": _normalise(
        make=Normaliser(normalise.distance_to_target),
        words=text("Each indicator shows how far a city has come towards the target."),
    ),
    "fraction-of-maximum": _normalise(
        make=Normaliser(normalise.fraction_of_maximum),
        words=text(
            "Each indicator is expressed as a share of its highest value; where lower is better, as 1 "
            "minus that share."
        ),
    ),
    "goalposts": _normalise(
        make=put_between_goalposts,
        words=coded(
            "measure.step.goalposts",
            "Each indicator is scaled between fixed goalposts, so that a score keeps its meaning over "
            "the years.",
        ),
        ends=zero_to_scale,
    ),
    "points": _normalise(
        make=give_points,
        words=text(
            "Each indicator earns 1 to 4 points depending on how close it is to its benchmark (U4SSC)."
        ),
        ends=zero_to_hundred,
    ),
}

STEPS: Final = Extended("steps", Step, _OWN)
"""The steps by name."""
