"""Wording: what a step says it does where that depends on how it is chosen, and where its scale ends."""

from typing import Final

from urbium.measure.steps.step import listed_codes
from urbium.model import Choice
from urbium.packaged import words_of
from urbium.text import Text, text

_HUNDRED: Final = 100.0


def then(first: Text, second: Text) -> Text:
    """Return two messages as two sentences."""
    return text("{first} {second}", first=first, second=second)


def number_of(choice: Choice, name: str, default: float) -> float:
    """Return a numeric parameter of a choice, or what it is by default."""
    value = choice.parameters.get(name, default)
    return value if isinstance(value, float | int) else default


def screen_words(choice: Choice, availability: float) -> Text:
    """Say which cities are left out."""
    words = text(
        "Cities with figures for less than {share:.0%} of the indicators are left out, so that a "
        "single unusual figure cannot determine the scale.",
        share=number_of(choice, "availability", availability),
    )
    if "nonzero" in choice.parameters:
        words = then(
            words,
            text(
                "Cities where less than {share:.0%} of the values are non-zero are also left out.",
                share=number_of(choice, "nonzero", 0.0),
            ),
        )
    if included := listed_codes(choice.text("include")):
        words = then(words, text("Always kept: {names:list}.", names=included))
    if excluded := listed_codes(choice.text("exclude")):
        words = then(words, text("Always left out: {names:list}.", names=excluded))
    return words


def mean_words(choice: Choice, _availability: float) -> Text:
    """Say of which cities a mean stands in for what is missing."""
    if not choice.text("group"):
        return text("Missing values are replaced by the mean of all cities.")
    return text("Missing values are replaced by the mean of the same {group}.", group=choice.text("group"))


def median_words(choice: Choice, _availability: float) -> Text:
    """Say of which cities a median stands in for what is missing."""
    if not choice.text("group"):
        return text("Missing values are replaced by the median of all cities.")
    return text("Missing values are replaced by the median of the same {group}.", group=choice.text("group"))


def winsorise_words(choice: Choice, _availability: float) -> Text:
    """Say which indicators are treated, and how."""
    then = choice.text("then") or "log"
    return text(
        "Where an indicator has outliers (skewness above {skew:g} and kurtosis above {kurtosis:g}), up "
        "to {limit:.0f} extreme values are set to the next value; if that is not enough, {then}.",
        skew=number_of(choice, "skew", 2.0),
        kurtosis=number_of(choice, "kurtosis", 3.5),
        limit=number_of(choice, "limit", 5.0),
        then=_TREATED.get(then) or text("{step} is applied", step=then),
    )


_TREATED: Final = words_of("treatment")


def denominate_words(choice: Choice, _availability: float) -> Text:
    """Say by what figures are divided."""
    return text(
        "Figures are divided by the city's {quantity}.", quantity=choice.text("by") or text("a quantity")
    )


def min_max_words(choice: Choice, _availability: float) -> Text:
    """Say which scale the worst and the best city span."""
    return text(
        "Indicators share one scale: the worst city scores {low:g}, the best {high:g}.",
        low=number_of(choice, "low", 0.0),
        high=number_of(choice, "high", _HUNDRED),
    )


def z_score_words(choice: Choice, _availability: float) -> Text:
    """Say which scale the average and the spread span."""
    return text(
        "Indicators share one scale: the average city scores {mean:g}, and one standard deviation is "
        "{spread:g}.",
        mean=number_of(choice, "mean", 0.0),
        spread=number_of(choice, "spread", 1.0),
    )


def low_to_high(choice: Choice) -> tuple[float, float]:
    """Return the ends of a scale that is chosen by ``low`` and ``high``."""
    return number_of(choice, "low", 0.0), number_of(choice, "high", _HUNDRED)


def zero_to_scale(choice: Choice) -> tuple[float, float]:
    """Return the ends of a scale from 0 to the ``scale`` that is chosen."""
    return 0.0, number_of(choice, "scale", _HUNDRED)


def zero_to_hundred(_choice: Choice) -> tuple[float, float]:
    """Return the ends of a scale from 0 to 100."""
    return 0.0, _HUNDRED


def zero_to_one(_choice: Choice) -> tuple[float, float]:
    """Return the ends of a scale from 0 to 1."""
    return 0.0, 1.0
