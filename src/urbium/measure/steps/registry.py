"""Steps: what an index does to the values before they are brought together, one row each.

A row says all there is to say of a step: what it computes, what it is for, how a page tells it, and on which
scale it ends. The pipeline, explanations, bounds, workbooks and pages read the row, so a new step is one
entry of :data:`STEPS`. The arithmetic is in the files named after the kinds of step.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from urbium.errors import InputError, nearest
from urbium.measure.matrix import Matrix
from urbium.measure.points import HIGHEST, points
from urbium.measure.steps import normalise
from urbium.measure.steps.denominate import denominate
from urbium.measure.steps.impute import (
    impute_linear,
    impute_lowest,
    impute_mean,
    impute_median,
    impute_nearest_year,
    impute_siblings,
)
from urbium.measure.steps.screen import screen
from urbium.measure.steps.treat import box_cox, log_ct_orig, log_ct_plus, log_gii, log_shift, treat
from urbium.model import Choice
from urbium.text import Text, text

__all__ = [
    "STEPS", "Made", "Purpose", "Step", "ends_of", "is_for", "listed_codes", "normalising_options",
    "step_words",
]  # fmt: skip

Made = tuple[Matrix, Mapping[str, NDArray[Any]]]
"""The matrix that a step leaves, and what it did, by name."""

_NO_DETAILS: Mapping[str, NDArray[Any]] = MappingProxyType({})
_BETWEEN: Final = "|"
_DENOMINATOR: Final = text("measure.step.denominator", "denominator")
_GROUPING: Final = text("measure.step.grouping", "grouping")


class Purpose(StrEnum):
    """What a step is for."""

    DIVIDE = "divide"
    SCREEN = "screen"
    IMPUTE = "impute"
    TREAT = "treat"
    TRANSFORM = "transform"
    NORMALISE = "normalise"

    @property
    def words(self) -> Text:
        """What such a step does to the values, without a full stop."""
        return _PURPOSES[self]

    @property
    def changes_unit(self) -> bool:
        """Whether the values are in another unit afterwards."""
        return self in {Purpose.DIVIDE, Purpose.TRANSFORM, Purpose.NORMALISE}


_PURPOSES: Final[Mapping[Purpose, Text]] = {
    Purpose.DIVIDE: text("measure.purpose.divide", "Values are divided by a quantity of the city"),
    Purpose.SCREEN: text("measure.purpose.screen", "Cities with too few data are left out of the comparison"),
    Purpose.IMPUTE: text(
        "measure.purpose.impute", "Missing values are filled in by a rule, which is an assumption"
    ),
    Purpose.TREAT: text(
        "measure.purpose.treat",
        "Outliers are drawn in, or the indicator is put on another scale where it is very skewed",
    ),
    Purpose.TRANSFORM: text("measure.purpose.transform", "Values are put on another scale"),
    Purpose.NORMALISE: text(
        "measure.purpose.normalise", "Indicators are put on a common scale on which higher is always better"
    ),
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One way of doing a step.

    Attributes
    ----------
    make : takes the matrix and the parameters by name, and returns what it made
    words : what it does, told on a page: from the choice and the least share of indicators asked for
    ends : where its scale begins and ends, from the choice; None where that depends on the cities
    is_clipped : no value lies beyond these ends
    is_by_column : what becomes of a value depends on its own column only
    above_zero : how it is written on a scale above zero, as some means need
    option : how it is called where it is offered, empty when it is not; ``offered`` is how it is written then
    """

    purpose: Purpose
    make: Callable[..., Made]
    words: Callable[[Choice, float], Text]
    ends: Callable[[Choice], tuple[float, float]] | None = None
    is_clipped: bool = True
    is_by_column: bool = True
    above_zero: str = ""
    option: Text | None = None
    offered: str = ""


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


def listed_codes(codes: str) -> list[str]:
    """Read codes with a bar between them.

    >>> listed_codes("beds | staff")
    ['beds', 'staff']
    """
    return [code.strip() for code in codes.split(_BETWEEN) if code.strip()]


def normalising_options() -> dict[str, Step]:
    """Return the ways to one scale that are offered to whoever tries a change, by name."""
    return {name: step for name, step in STEPS.items() if step.option is not None}


def step_words(choice: Choice, availability: float) -> Text:
    """Say what a step does, and on which indicators where it is not all of them.

    >>> step_words(Choice.parse("impute-mean(group=province, only=beds|staff)"), 0.6)
    'Missing values are replaced by the mean of the same province. Only for beds and staff.'
    """
    if choice.name not in STEPS:
        return text("measure.step.unknown", "The step {step} is made.", step=str(choice))
    words = STEPS[choice.name].words(choice, availability)
    if only := listed_codes(choice.text("only")):
        words = _then(words, text("measure.step.only", "Only for {names:list}.", names=only))
    if others := listed_codes(choice.text("except")):
        words = _then(words, text("measure.step.except", "Not for {names:list}.", names=others))
    return words


def _then(first: Text, second: Text) -> Text:
    return text("measure.step.two_sentences", "{first} {second}", first=first, second=second)


# What each step reads of the matrix, and which array function it calls


def _denominate(state: Matrix, *, by: str, factor: float = 1.0) -> Made:
    below = _kept(state.denominators, _DENOMINATOR, by)
    return state.holding(denominate(state.values, below, factor=factor)), _NO_DETAILS


def _screen(
    state: Matrix,
    *,
    availability: float | None = None,
    nonzero: float | None = None,
    include: str = "",
    exclude: str = "",
) -> Made:
    forced_in, forced_out = (np.isin(state.rows, listed_codes(codes)) for codes in (include, exclude))
    done = screen(
        state.values, availability=availability, nonzero=nonzero, include=forced_in, exclude=forced_out
    )
    is_in = state.is_in & done.is_in
    values = np.where(is_in[:, None], state.values, np.nan)
    details = {
        "is_in": is_in,
        "availability": done.availability,
        "nonzero": done.nonzero,
        "reason": done.reason,
    }
    return replace(state, values=values, is_in=is_in), details


def _impute(function: Callable[..., NDArray[np.float64]], state: Matrix, *, group: str = "") -> Made:
    groups = _kept(state.groups, _GROUPING, group) if group else None
    return _imputed(state, function(state.values, groups))


def _imputed(state: Matrix, values: NDArray[np.float64]) -> Made:
    return state.holding(np.where(state.is_in[:, None], values, np.nan)), _NO_DETAILS


def _impute_siblings(state: Matrix) -> Made:
    return _imputed(state, impute_siblings(state.values, state.parents))


def _impute_nearest_year(state: Matrix, *, maximum_age: float | None = None) -> Made:
    age = None if maximum_age is None else int(maximum_age)
    return _imputed(state, impute_nearest_year(state.values, state.rows, state.years, maximum_age=age))


def _impute_linear(state: Matrix) -> Made:
    return _imputed(state, impute_linear(state.values, state.rows, state.years))


def _impute_lowest(state: Matrix) -> Made:
    return _imputed(state, impute_lowest(state.values))


def _winsorise(
    state: Matrix, *, limit: float = 5, then: str = "log", skew: float = 2.0, kurtosis: float = 3.5
) -> Made:
    done = treat(state.values, limit=int(limit), then=then, skew=skew, kurtosis=kurtosis)
    details = {name: getattr(done, name) for name in done.__dataclass_fields__ if name != "values"}
    return state.holding(done.values), details


def _each(function: Callable[..., NDArray[np.float64]], state: Matrix) -> Made:
    return state.holding(function(state.values)), _NO_DETAILS


def _box_cox(state: Matrix, *, power: float | None = None) -> Made:
    return state.holding(box_cox(state.values, power)), _NO_DETAILS


@dataclass(frozen=True)
class _Scale:
    """A step of a way to normalise; its parameters are those of the function."""

    function: Callable[..., NDArray[np.float64]]

    @property
    def __signature__(self) -> inspect.Signature:
        own = inspect.signature(self.function)
        return own.replace(parameters=list(own.parameters.values())[1:])

    def __call__(self, state: Matrix, **parameters: Any) -> Made:  # noqa: ANN401 - those of the function
        if "targets" in self.__signature__.parameters:
            parameters.setdefault("targets", state.targets)
        if "row" in parameters:
            parameters["row"] = _place(parameters["row"], state.rows)
        made = self.function(state.values, state.directions, **parameters)
        return state.holding(made, is_normalised=True), _NO_DETAILS


def _points(state: Matrix) -> Made:
    earned = points(state.values, state.targets, state.directions)
    scores = np.where(earned > 0, 100.0 * earned / HIGHEST, np.nan)
    return state.holding(scores, is_normalised=True), _NO_DETAILS


def _kept(known: Mapping[str, NDArray[Any]], kind: str, name: str) -> NDArray[Any]:
    if name not in known:
        raise InputError(
            text("measure.step.no_quantity", "there is no {kind} {name!r}", kind=kind, name=name),
            remedy=nearest(name, known),
        )
    return known[name]


def _place(row: str, rows: tuple[str, ...]) -> int:
    if row not in rows:
        raise InputError(
            text("measure.step.no_reference", "the reference {row!r} is not measured", row=row),
            remedy=nearest(row, rows),
        )
    return rows.index(row)


# What each step does, in words


def _number(choice: Choice, name: str, default: float) -> float:
    value = choice.parameters.get(name, default)
    return value if isinstance(value, float | int) else default


def _screen_words(choice: Choice, availability: float) -> Text:
    words = text(
        "measure.step.screen",
        "Cities with less than {share:.0%} of the indicators are left out, so that a single odd figure "
        "cannot set the scale.",
        share=_number(choice, "availability", availability),
    )
    if "nonzero" in choice.parameters:
        words = _then(
            words,
            text(
                "measure.step.screen.nonzero",
                "Cities where less than {share:.0%} of the values are other than zero are left out too.",
                share=_number(choice, "nonzero", 0.0),
            ),
        )
    if included := listed_codes(choice.text("include")):
        words = _then(words, _always_kept(included))
    if excluded := listed_codes(choice.text("exclude")):
        words = _then(
            words, text("measure.step.screen.exclude", "Always left out: {names:list}.", names=excluded)
        )
    return words


def _always_kept(names: list[str]) -> Text:
    return text("measure.step.screen.include", "Always kept: {names:list}.", names=names)


def _mean_words(choice: Choice, _availability: float) -> Text:
    if not choice.text("group"):
        return text("measure.step.impute_mean", "Missing values are replaced by the mean of all cities.")
    return text(
        "measure.step.impute_mean.group",
        "Missing values are replaced by the mean of the same {group}.",
        group=choice.text("group"),
    )


def _median_words(choice: Choice, _availability: float) -> Text:
    if not choice.text("group"):
        return text("measure.step.impute_median", "Missing values are replaced by the median of all cities.")
    return text(
        "measure.step.impute_median.group",
        "Missing values are replaced by the median of the same {group}.",
        group=choice.text("group"),
    )


def _winsorise_words(choice: Choice, _availability: float) -> Text:
    then = choice.text("then") or "log"
    return text(
        "measure.step.winsorise",
        "Where an indicator has outliers (skewness above {skew:g} and kurtosis above {kurtosis:g}), up to "
        "{limit:.0f} extreme values are set to the next one; if that is not enough, {then}.",
        skew=_number(choice, "skew", 2.0),
        kurtosis=_number(choice, "kurtosis", 3.5),
        limit=_number(choice, "limit", 5.0),
        then=_TREATED.get(then) or text("measure.step.winsorise.other", "{step} is applied", step=then),
    )


_TREATED: Final[Mapping[str, Text]] = {
    "log": text("measure.step.winsorise.log", "its logarithm is taken"),
    "box-cox": text("measure.step.winsorise.box_cox", "a Box-Cox power is applied"),
    "none": text("measure.step.winsorise.none", "the indicator is left as it is"),
}


def _always(words: Text) -> Callable[[Choice, float], Text]:
    return lambda _choice, _availability: words


def _denominate_words(choice: Choice, _availability: float) -> Text:
    return text(
        "measure.step.denominate",
        "Figures are divided by {quantity} of the city.",
        quantity=choice.text("by") or text("measure.step.denominate.some", "a quantity"),
    )


def _min_max_words(choice: Choice, _availability: float) -> Text:
    return text(
        "measure.step.min_max",
        "Each indicator is put on one scale: the worst city has {low:g}, the best {high:g}.",
        low=_number(choice, "low", 0.0),
        high=_number(choice, "high", _HUNDRED),
    )


def _z_score_words(choice: Choice, _availability: float) -> Text:
    return text(
        "measure.step.z_score",
        "Each indicator is put on one scale: the average city has {mean:g}, and one standard deviation is "
        "{spread:g}.",
        mean=_number(choice, "mean", 0.0),
        spread=_number(choice, "spread", 1.0),
    )


# Where the scale of a step begins and ends

_HUNDRED: Final = 100.0


def _low_to_high(choice: Choice) -> tuple[float, float]:
    return _number(choice, "low", 0.0), _number(choice, "high", _HUNDRED)


def _zero_to_scale(choice: Choice) -> tuple[float, float]:
    return 0.0, _number(choice, "scale", _HUNDRED)


def _zero_to_hundred(_choice: Choice) -> tuple[float, float]:
    return 0.0, _HUNDRED


def _zero_to_one(_choice: Choice) -> tuple[float, float]:
    return 0.0, 1.0


# The rows

STEPS: Final[dict[str, Step]] = {
    "denominate": Step(
        purpose=Purpose.DIVIDE,
        make=_denominate,
        words=_denominate_words,
    ),
    "screen": Step(
        purpose=Purpose.SCREEN,
        make=_screen,
        words=_screen_words,
    ),
    "impute-mean": Step(
        purpose=Purpose.IMPUTE,
        make=partial(_impute, impute_mean),
        words=_mean_words,
    ),
    "impute-median": Step(
        purpose=Purpose.IMPUTE,
        make=partial(_impute, impute_median),
        words=_median_words,
    ),
    "impute-siblings": Step(
        purpose=Purpose.IMPUTE,
        make=_impute_siblings,
        words=_always(
            text(
                "measure.step.impute_siblings",
                "Missing values are replaced by the city's own mean in the same pillar.",
            )
        ),
        is_by_column=False,
    ),
    "impute-nearest-year": Step(
        purpose=Purpose.IMPUTE,
        make=_impute_nearest_year,
        words=_always(
            text(
                "measure.step.impute_nearest_year",
                "Missing values are taken from the nearest year with a figure.",
            )
        ),
    ),
    "impute-linear": Step(
        purpose=Purpose.IMPUTE,
        make=_impute_linear,
        words=_always(
            text(
                "measure.step.impute_linear",
                "Missing values are interpolated between the years with figures.",
            )
        ),
    ),
    "impute-lowest": Step(
        purpose=Purpose.IMPUTE,
        make=_impute_lowest,
        words=_always(
            text("measure.step.impute_lowest", "Missing values count as the lowest value of all cities.")
        ),
    ),
    "winsorise": Step(
        purpose=Purpose.TREAT,
        make=_winsorise,
        words=_winsorise_words,
    ),
    "log": Step(
        purpose=Purpose.TRANSFORM,
        make=partial(_each, log_shift),
        words=_always(
            text(
                "measure.step.log",
                "Logarithms are taken, so that a few very large values do not set the scale alone.",
            )
        ),
    ),
    "log-plus": Step(
        purpose=Purpose.TRANSFORM,
        make=partial(_each, log_ct_plus),
        words=_always(
            text("measure.step.log_plus", "Logarithms are taken from the side of the longer tail.")
        ),
    ),
    "log-plain": Step(
        purpose=Purpose.TRANSFORM,
        make=partial(_each, log_ct_orig),
        words=_always(
            text("measure.step.log_plain", "Logarithms are taken, with the lowest value shifted to 1.")
        ),
    ),
    "log-innovation": Step(
        purpose=Purpose.TRANSFORM,
        make=partial(_each, log_gii),
        words=_always(
            text("measure.step.log_innovation", "Logarithms are taken as in the Global Innovation Index.")
        ),
    ),
    "box-cox": Step(
        purpose=Purpose.TRANSFORM,
        make=_box_cox,
        words=_always(
            text(
                "measure.step.box_cox", "A Box-Cox power makes the distribution of each indicator more even."
            )
        ),
    ),
    "min-max": Step(
        purpose=Purpose.NORMALISE,
        make=_Scale(normalise.min_max),
        words=_min_max_words,
        ends=_low_to_high,
        above_zero="min-max(low=1, high=100)",
        option=text("measure.step.min_max.option", "min-max: between the worst and the best city"),
        offered="min-max",
    ),
    "z-score": Step(
        purpose=Purpose.NORMALISE,
        make=_Scale(normalise.z_score),
        words=_z_score_words,
        above_zero="z-score(mean=100, spread=5)",
        option=text("measure.step.z_score.option", "z-score: distance from the average city"),
        offered="z-score(mean=50, spread=10)",
    ),
    "scaled": Step(
        purpose=Purpose.NORMALISE,
        make=_Scale(normalise.scaled),
        words=_always(text("measure.step.scaled", "Each indicator is put on a scale between fixed bounds.")),
        ends=_zero_to_scale,
        is_clipped=False,
    ),
    "rank": Step(
        purpose=Purpose.NORMALISE,
        make=_Scale(normalise.rank_score),
        words=_always(
            text(
                "measure.step.rank", "Only the order of the cities in each indicator counts: the worst has 1."
            )
        ),
        option=text("measure.step.rank.option", "rank: only the order of the cities counts"),
        offered="rank",
    ),
    "percentile": Step(
        purpose=Purpose.NORMALISE,
        make=_Scale(normalise.percentile),
        words=_always(
            text(
                "measure.step.percentile",
                "Each indicator is the share of the other cities that a city is ahead of.",
            )
        ),
        ends=_zero_to_one,
    ),
    "borda": Step(
        purpose=Purpose.NORMALISE,
        make=_Scale(normalise.borda),
        words=_always(
            text("measure.step.borda", "Each indicator is the number of cities that a city is ahead of.")
        ),
    ),
    "distance-to-maximum": Step(
        purpose=Purpose.NORMALISE,
        make=_Scale(normalise.distance_to_maximum),
        words=_always(
            text(
                "measure.step.distance_to_maximum",
                "Each indicator says how far a city has come from the worst to the best.",
            )
        ),
        ends=_zero_to_one,
    ),
    "distance-to-reference": Step(
        purpose=Purpose.NORMALISE,
        make=_Scale(normalise.distance_to_reference),
        words=_always(
            text(
                "measure.step.distance_to_reference",
                "Each indicator is relative to that of one reference city.",
            )
        ),
    ),
    "distance-to-target": Step(
        purpose=Purpose.NORMALISE,
        make=_Scale(normalise.distance_to_target),
        words=_always(
            text(
                "measure.step.distance_to_target",
                "Each indicator says how far a city has come towards the target.",
            )
        ),
    ),
    "fraction-of-maximum": Step(
        purpose=Purpose.NORMALISE,
        make=_Scale(normalise.fraction_of_maximum),
        words=_always(
            text("measure.step.fraction_of_maximum", "Each indicator is relative to that of the best city.")
        ),
    ),
    "goalposts": Step(
        purpose=Purpose.NORMALISE,
        make=_Scale(normalise.goalposts),
        words=_always(
            text("measure.step.goalposts", "Each indicator is put on a scale between fixed goalposts.")
        ),
        ends=_zero_to_scale,
    ),
    "points": Step(
        purpose=Purpose.NORMALISE,
        make=_points,
        words=_always(
            text(
                "measure.step.points",
                "Each indicator earns 1 to 4 points by how near it is to its benchmark (U4SSC).",
            )
        ),
        ends=_zero_to_hundred,
    ),
}
"""The steps by name."""
