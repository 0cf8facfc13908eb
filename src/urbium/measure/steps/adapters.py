"""Adapters: what each step reads of the matrix, which array function it calls, and what it says it did."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from urbium.errors import InputError, nearest
from urbium.measure.matrix import Matrix
from urbium.measure.points import HIGHEST, points
from urbium.measure.steps.denominate import denominate
from urbium.measure.steps.impute import impute_linear, impute_lowest, impute_nearest_year, impute_siblings
from urbium.measure.steps.normalise import goalposts
from urbium.measure.steps.screen import screen
from urbium.measure.steps.step import Outcome, listed_codes
from urbium.measure.steps.treat import box_cox, treat
from urbium.text import Text, coded, text

_NO_DETAILS: Mapping[str, NDArray[Any]] = MappingProxyType({})
_DENOMINATOR: Final = text("denominator")
_GROUPING: Final = text("grouping")


def divide(state: Matrix, *, by: str, factor: float = 1.0) -> Outcome:
    """Divide every column by a quantity of the city."""
    below = _kept(state.denominators, _DENOMINATOR, by)
    return state.holding(denominate(state.values, below, factor=factor)), _NO_DETAILS


def screen_rows(
    state: Matrix,
    *,
    availability: float | None = None,
    nonzero: float | None = None,
    include: str = "",
    exclude: str = "",
) -> Outcome:
    """Leave out the rows that know too little."""
    forced_in, forced_out = (np.isin(state.rows, listed_codes(codes)) for codes in (include, exclude))
    done = screen(
        state.values[:, state.directions != 0],  # what has no direction is shown, and never scored
        availability=availability,
        nonzero=nonzero,
        include=forced_in,
        exclude=forced_out,
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


def fill(function: Callable[..., NDArray[np.float64]], state: Matrix, *, group: str = "") -> Outcome:
    """Fill gaps by a function of the column, or of the column within a group of cities."""
    groups = _kept(state.groups, _GROUPING, group) if group else None
    return _filled(state, function(state.values, groups))


def _filled(state: Matrix, values: NDArray[np.float64]) -> Outcome:
    return state.holding(np.where(state.is_in[:, None], values, np.nan)), _NO_DETAILS


def fill_from_siblings(state: Matrix) -> Outcome:
    """Fill gaps from the row's own pillar."""
    return _filled(state, impute_siblings(state.values, state.parents))


def fill_from_nearest_year(state: Matrix, *, maximum_age: float | None = None) -> Outcome:
    """Fill gaps from the last year before of the same city: no year is judged by what came after it."""
    age = None if maximum_age is None else int(maximum_age)
    values = impute_nearest_year(state.values, state.rows, state.years, maximum_age=age, only_earlier=True)
    return _filled(state, values)


def fill_linearly(state: Matrix) -> Outcome:
    """Fill gaps on the line between years of the same city."""
    return _filled(state, impute_linear(state.values, state.rows, state.years))


def fill_with_lowest(state: Matrix) -> Outcome:
    """Fill gaps with the lowest value of the column."""
    return _filled(state, impute_lowest(state.values))


def treat_outliers(
    state: Matrix, *, limit: float = 5, then: str = "log", skew: float = 2.0, kurtosis: float = 3.5
) -> Outcome:
    """Draw in the outliers of each column that fails the test of shape."""
    done = treat(state.values, limit=int(limit), then=then, skew=skew, kurtosis=kurtosis)
    details = {name: getattr(done, name) for name in done.__dataclass_fields__ if name != "values"}
    details["column"] = np.array(state.columns, dtype=object)
    return state.holding(done.values), details


def transform(function: Callable[..., NDArray[np.float64]], state: Matrix) -> Outcome:
    """Apply a function to the whole array."""
    return state.holding(function(state.values)), _NO_DETAILS


def raise_to_power(state: Matrix, *, power: float | None = None) -> Outcome:
    """Apply a Box-Cox power."""
    return state.holding(box_cox(state.values, power)), _NO_DETAILS


@dataclass(frozen=True)
class Normaliser:
    """A way to normalise as a step; its parameters are those of the function."""

    function: Callable[..., NDArray[np.float64]]

    @cached_property
    def __signature__(self) -> inspect.Signature:
        signature = inspect.signature(self.function)
        return signature.replace(parameters=list(signature.parameters.values())[1:])

    def __call__(self, state: Matrix, **parameters: Any) -> Outcome:  # noqa: ANN401 - those of the function
        """Put a matrix on the scale; what is not given is read from the matrix."""
        if "targets" in self.__signature__.parameters:
            parameters.setdefault("targets", state.targets)
        if "row" in parameters:
            parameters["row"] = _place(parameters["row"], state.rows)
        scores = self.function(state.values, state.directions, **parameters)
        return state.holding(scores, is_normalised=True), _NO_DETAILS


def put_between_goalposts(
    state: Matrix,
    *,
    low: float | None = None,
    high: float | None = None,
    scale: float = 100.0,
    truncate: float = 1.0,
    **posts: str,
) -> Outcome:
    """Put each indicator between goalposts of its own (``gdp_per_head=0|100000``), or those of all."""
    lows = np.full(len(state.columns), np.nan if low is None else low)
    highs = np.full(len(state.columns), np.nan if high is None else high)
    for name, written in posts.items():
        if name in state.columns:
            place = state.columns.index(name)
            lows[place], highs[place] = _posts(name, written)
    lacking = [
        name
        for name, post, direction in zip(state.columns, lows + highs, state.directions, strict=True)
        if np.isnan(post) and direction
    ]
    if lacking:
        raise InputError(
            coded("measure.step.no_goalposts", "there are no goalposts for {names:list}", names=lacking),
            place="goalposts",
            remedy=text("write {name}=0|100, low then high", name=lacking[0]),
        )
    scores = goalposts(
        state.values, state.directions, low=lows, high=highs, scale=scale, truncate=bool(truncate)
    )
    return state.holding(scores, is_normalised=True), _NO_DETAILS


def _posts(name: str, written: str) -> tuple[float, float]:
    try:
        low, high = map(float, str(written).split("|"))
    except ValueError as error:
        raise InputError(
            coded(
                "measure.step.goalposts.unreadable",
                "{written!r} is not a pair of goalposts for {name}",
                written=str(written).removesuffix(".0"),
                name=name,
            ),
            place="goalposts",
            remedy=text("write {name}=0|100, low then high", name=name),
        ) from error
    return low, high


def give_points(state: Matrix) -> Outcome:
    """Give each value the points it earns against its benchmark, as a share of all points."""
    earned = points(state.values, state.targets, state.directions)
    scores = np.where(earned > 0, 100.0 * earned / HIGHEST, np.nan)
    return state.holding(scores, is_normalised=True), _NO_DETAILS


def _kept(quantities: Mapping[str, NDArray[Any]], kind: Text, name: str) -> NDArray[Any]:
    if name not in quantities:
        raise InputError(
            coded("measure.step.no_quantity", "there is no {kind} {name!r}", kind=kind, name=name),
            remedy=nearest(name, quantities),
        )
    return quantities[name]


def _place(row: str, rows: tuple[str, ...]) -> int:
    if row not in rows:
        raise InputError(
            coded("measure.step.no_reference", "the reference {row!r} is not measured", row=row),
            remedy=nearest(row, rows),
        )
    return rows.index(row)
