r"""Means: the ways in which the parts of a node are brought together, one row each.

A row says all there is to say of a way: what it computes, which values it takes, how it is called and what it
does, and what a bound on it may rest on. Aggregation, the effect of non-reporting, data priorities,
explanations and pages read the row, so a new mean is one entry of :data:`MEANS`.

All the means of the handbook are one formula with another scale inside,

.. math:: f^{-1}\Bigl(\sum_k w_k f(x_k) \Big/ \sum_k w_k\Bigr),

and a :class:`Scale` is that :math:`f`. What is no such mean is a :class:`RowFunction`.

References
----------
Hardy, Littlewood and Polya: *Inequalities* (1934) for the means; OECD and JRC: *Handbook on Constructing
Composite Indicators* (2008), step 6.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from urbium.errors import InputError, NotFoundError
from urbium.extensions import Extended
from urbium.measure.balance import mazziotta_pareto, mean_min, ordered_average
from urbium.measure.dea import benefit_of_the_doubt
from urbium.model import Choice
from urbium.text import Text, coded, text

_ROUNDING: Final = 1e-9
_ABOVE_ZERO: Final = float(np.nextafter(0.0, 1.0))
_CHUNK: Final = 128  # rows compared with all others at once
_HUNDRED: Final = 100.0
_LARGEST_POWER: Final = 100  # of a hundredth, still a number

Array = NDArray[np.float64]
T = TypeVar("T")
RowFunction = Callable[[Array, Array], Array]
"""A way to aggregate: (rows, children) values, NaN where missing, and (children,) weights to (rows,)."""

Way = Choice | RowFunction
"""How one level is aggregated: a declared way, or a function of one's own."""


@dataclass(frozen=True)
class Scale:
    """The scale on which a mean is arithmetic: strictly monotone from ``lowest`` up.

    ``over`` carries values to it and ``back`` from it; ``is_rising`` says whether more stays more there. That
    is all that a bound on the mean needs.
    """

    over: Callable[[Array], Array]
    back: Callable[[Array], Array]
    lowest: float = -np.inf
    is_rising: bool = True

    @property
    def needs_above_zero(self) -> bool:
        """Whether a value of zero is outside its domain."""
        return self.lowest > 0


@dataclass(frozen=True, kw_only=True)
class Mean:
    """One way to aggregate.

    Attributes
    ----------
    noun : what it is called, such as "weighted geometric mean"
    effect : what that does to a city, in words an official would use
    scale : from its parameters to the scale on which it is arithmetic; None when it is no such mean
    function : from its parameters to what it computes where there is no scale
    is_by_row : the result of a row depends on that row alone; always so with a scale
    parameters : their names
    example : how it is written, where the name is not enough
    """

    noun: Text
    effect: Text
    scale: Callable[..., Scale] | None = None
    function: Callable[..., RowFunction] | None = None
    is_by_row: bool = True
    parameters: tuple[str, ...] = ()
    example: str = ""


def scale_of(way: Way) -> Scale | None:
    """Return the scale on which a way is arithmetic; None when it is no such mean.

    Raises
    ------
    NotFoundError : there is no way of that name, or not with these parameters
    InputError : it has no such parameter, or no such rule for missing values

    >>> scale_of(Choice("geometric")).needs_above_zero, scale_of(Choice("copeland"))
    (True, None)
    """
    if not isinstance(way, Choice):
        return None
    mean, parameters = _declared(way)
    return _made(way, mean.scale, parameters) if mean.scale else None


def function_of(way: Way) -> RowFunction:
    """Return what a way without a scale computes; raise as :func:`scale_of` does."""
    if not isinstance(way, Choice):
        return way
    mean, parameters = _declared(way)
    if mean.function is None:
        raise ValueError(way)
    return _made(way, mean.function, parameters)


def is_by_row(way: Way) -> bool:
    """Say whether the score of a row depends on that row alone; nothing is known of a function of one's own.

    >>> is_by_row(Choice("harmonic")), is_by_row(Choice("copeland"))
    (True, False)
    """
    return isinstance(way, Choice) and way.name in MEANS and MEANS[way.name].is_by_row


def is_whole(way: Choice) -> bool:
    """Say whether a node that lacks a part has no score (``missing=none``)."""
    return way.parameters.get("missing", "skip") == "none"


def way_words(way: Way) -> Text:
    """Return what a way is called, with its parameters.

    >>> way_words(Choice.parse("power(power=2)"))
    'weighted power mean (power=2)'
    """
    if not isinstance(way, Choice) or way.name not in MEANS:
        return text("own function")
    noun = MEANS[way.name].noun
    return text("{mean} ({parameters})", mean=noun, parameters=way.settings) if way.parameters else noun


def mean_options() -> dict[str, Text]:
    """Return the means that can be asked for by name alone, and what each does to a city.

    >>> mean_options()["harmonic"]
    'weighted harmonic mean: the weakest part counts most'
    """
    return {
        name: text("{mean}: {effect}", mean=mean.noun, effect=mean.effect)
        for name, mean in MEANS.items()
        if mean.scale and not mean.parameters
    }


def needs_above_zero(way: Way) -> bool:
    """Say whether a way takes no value of zero.

    >>> needs_above_zero(Choice("geometric")), needs_above_zero(Choice("copeland"))
    (True, False)
    """
    scale = scale_of(way)
    return scale is not None and scale.needs_above_zero


def mean_words(way: Way, place: int, levels: int) -> Text:
    """Say how the nodes of a level are brought together; ``place`` counts the levels from the bottom up.

    >>> mean_words(Choice("arithmetic"), 0, 1)
    'Each pillar, and then the index, is the weighted arithmetic mean of its parts: a strength makes up for a weakness.'
    """  # noqa: E501 - the sentence is one
    name = way_words(way)
    effect = MEANS[way.name].effect if isinstance(way, Choice) and way.name in MEANS else _OWN_EFFECT
    if levels == 1:
        return text(
            "Each pillar, and then the index, is the {mean} of its parts: {effect}.",
            mean=name, effect=effect
        )  # fmt: skip
    if not place:
        return text(
            "At the lowest level, each node is the {mean} of its parts: {effect}.",
            mean=name, effect=effect
        )  # fmt: skip
    if place == levels - 1:
        return text(
            "At level {level} and above, each node is the {mean} of its parts: {effect}.",
            level=place + 1, mean=name, effect=effect
        )  # fmt: skip
    return text(
        "At level {level}, each node is the {mean} of its parts: {effect}.",
        level=place + 1, mean=name, effect=effect
    )  # fmt: skip


def copeland(values: Array, weights: Array) -> Array:
    r"""Return by how many rows each row is better than, less those that are better than it.

    Row i beats row j when the children in which it is ahead weigh more than those in which it is behind;
    a child that one of the two lacks has no say.

    .. math:: c_i = \sum_j \operatorname{sgn} \sum_k w_k \operatorname{sgn}(x_{ik} - x_{jk})

    ``values`` has the shape (rows, children), ``weights`` (children,); the answer (rows,) runs from 1 - rows
    to rows - 1, NaN for a row that nothing is known of. Weights that differ by rounding only are a tie.

    References
    ----------
    Copeland (1951); Munda: *Social Multi-Criteria Evaluation* (2008), chapter 6.

    >>> copeland(np.array([[3.0, 1.0], [2.0, 5.0], [1.0, 3.0]]), np.array([0.6, 0.4])).tolist()
    [2.0, 0.0, -2.0]
    """
    is_known = ~np.isnan(values)
    filled = np.where(is_known, values, 0.0)
    columns = [(filled[:, k], is_known[:, k], weights[k]) for k in range(values.shape[1])]
    tie = _ROUNDING * np.abs(weights).sum()
    result = np.empty(len(values))
    for first in range(0, len(values), _CHUNK):
        chunk = slice(first, first + _CHUNK)
        ahead = np.zeros((len(values[chunk]), len(values)))
        for value, has_value, weight in columns:
            mine, theirs = value[chunk, None], value[None, :]
            sign = (mine > theirs).astype(np.int8) - (mine < theirs).astype(np.int8)
            if not has_value.all():
                sign *= has_value[chunk, None] & has_value[None, :]
            ahead += weight * sign
        result[chunk] = np.count_nonzero(ahead > tie, axis=1) - np.count_nonzero(ahead < -tie, axis=1)
    result[~is_known.any(axis=1)] = np.nan
    return result


# The rows


def _power(*, power: float) -> Scale:
    """Raise shares of 100 rather than the values, so that no value of a usual scale leaves the numbers."""
    if power == 0:
        raise ValueError(power)  # that is the geometric mean
    if abs(power) > _LARGEST_POWER:
        raise InputError(
            coded("measure.mean.power.large", "a power of {power:.6g} is too large to compute", power=power),
            remedy=text("enter a number from -{most:d} to {most:d}", most=_LARGEST_POWER),
        )
    return Scale(
        lambda values: np.asarray((values / _HUNDRED) ** power),
        lambda values: np.asarray(_HUNDRED * values ** (1 / power)),
        lowest=0.0 if power > 0 else _ABOVE_ZERO,
        is_rising=power > 0,
    )


def _own_best_weights(*, lowest: float = 0.0, highest: float = 1.0) -> RowFunction:
    """Weigh each row by the weights that are best for it, whatever the declared weights are."""

    def score(values: Array, _weights: Array) -> Array:
        return _HUNDRED * benefit_of_the_doubt(values, lowest_share=lowest, highest_share=highest).scores

    return score


def _mean_min(*, alpha: float = 0.5, beta: float = 0.0) -> RowFunction:
    if not (0 <= alpha <= 1 and beta >= 0):
        raise ValueError(alpha, beta)
    return partial(mean_min, alpha=alpha, beta=beta)


def _ordered_average(*, power: float = 1.0) -> RowFunction:
    if not power > 0:
        raise ValueError(power)
    return partial(ordered_average, power=power)


_OWN: Final[dict[str, Mean]] = {
    "arithmetic": Mean(
        noun=text("weighted arithmetic mean"),
        effect=text("a strength makes up for a weakness"),
        scale=lambda: Scale(np.asarray, np.asarray),
    ),
    "geometric": Mean(
        noun=text("weighted geometric mean"),
        effect=text("a weakness costs more than a strength adds"),
        scale=lambda: Scale(np.log, np.exp, lowest=_ABOVE_ZERO),
    ),
    "harmonic": Mean(
        noun=text("weighted harmonic mean"),
        effect=text("the weakest part counts most"),
        scale=lambda: Scale(np.reciprocal, np.reciprocal, lowest=_ABOVE_ZERO, is_rising=False),
    ),
    "power": Mean(
        noun=text("weighted power mean"),
        effect=text("the higher the power, the more the strongest parts count"),
        scale=_power,
        parameters=("power",),
        example="power(power=2)",
    ),
    "copeland": Mean(
        noun=text("Copeland score"),
        effect=text(
            "the number of cities that a city beats (it is ahead in parts with more total weight), "
            "less the number that beat it"
        ),
        function=lambda: copeland,
        is_by_row=False,
    ),
    "benefit-of-the-doubt": Mean(
        noun=text("benefit-of-the-doubt score"),
        effect=text(
            "each city is scored with the weights that are best for it, and compared with the best city"
        ),
        function=_own_best_weights,
        is_by_row=False,
        parameters=("lowest", "highest"),
    ),
    "mazziotta-pareto": Mean(
        noun=text("adjusted Mazziotta-Pareto index"),
        effect=text("the mean less a penalty that grows as the parts become more uneven"),
        function=lambda *, sign=-1.0: partial(mazziotta_pareto, sign=sign),
        parameters=("sign",),
    ),
    "mean-min": Mean(
        noun=text("mean-min function"),
        effect=text("the mean, shifted towards the weakest part"),
        function=_mean_min,
        parameters=("alpha", "beta"),
    ),
    "ordered-average": Mean(
        noun=text("ordered weighted average"),
        effect=text(
            "the weight of a part depends on its rank among the parts of the city: with a power "
            "above 1, the weakest counts most"
        ),
        function=_ordered_average,
        parameters=("power",),
        example="ordered-average(power=2)",
    ),
}

MEANS: Final = Extended("means", Mean, _OWN)
"""The ways to aggregate by name."""

_OWN_EFFECT: Final = text("how this mean works is not declared")


def _declared(way: Choice) -> tuple[Mean, dict[str, float | str]]:
    """Return the row of a declared way, and its parameters without the rule for missing values."""
    if way.name not in MEANS:
        raise _unknown(way)
    mean = MEANS[way.name]
    allowed = {*mean.parameters, "missing"} if mean.scale else {*mean.parameters}
    unknown = way.parameters.keys() - allowed
    if unknown:
        raise InputError(
            coded("measure.mean.no_parameter", "{way}: there is no parameter {name!r}",
                 way=str(way), name=min(unknown)),
            remedy=text("write {names:list}", names=sorted(allowed))
            if allowed else text("write {name}", name=way.name),
        )  # fmt: skip
    missing = way.parameters.get("missing", "skip")
    if missing not in {"skip", "none"}:
        raise InputError(
            coded("measure.mean.missing", "{way}: {rule} is not a rule for missing values",
                 way=str(way), rule=missing),
            remedy=text("write skip or none"),
        )  # fmt: skip
    return mean, {name: value for name, value in way.parameters.items() if name != "missing"}


def _made(way: Choice, make: Callable[..., T], parameters: dict[str, float | str]) -> T:
    """Return what a row makes of its parameters, which are numbers; ValueError says one is wrong."""
    try:
        if not all(isinstance(value, float) for value in parameters.values()):
            raise _unknown(way)
        return make(**parameters)
    except (TypeError, ValueError) as error:
        raise _unknown(way) from error


def _unknown(way: Choice) -> NotFoundError:
    return NotFoundError.named(
        "way to aggregate", str(way), [mean.example or name for name, mean in MEANS.items()]
    )
