"""Screen: which rows know enough to be compared, and why the others do not."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from urbium.errors import Fault, refuse
from urbium.text import Text, coded, sentences, text

_ROUNDING: Final = 1e-9
_LEFT_OUT: Final = text("left out on request")
_KEPT: Final = text("kept on request")


@dataclass(frozen=True)
class Screened:
    """Which rows stay in the comparison.

    ``is_in`` is a (rows,) mask. ``availability`` is the share (0 to 1) of the columns that each row knows,
    and ``nonzero`` the share of its known values that are not 0 (NaN for a row that knows nothing).
    ``reason``, a (rows,) array of texts, says why a row is out or was kept on request, and is empty where it
    simply passed.
    """

    is_in: NDArray[np.bool_]
    availability: NDArray[np.float64]
    nonzero: NDArray[np.float64]
    reason: NDArray[np.object_]


def screen(
    values: NDArray[np.float64],
    *,
    availability: float | None = None,
    nonzero: float | None = None,
    include: NDArray[np.bool_] | None = None,
    exclude: NDArray[np.bool_] | None = None,
) -> Screened:
    """Keep the rows that know enough of the columns, with enough of the known values other than 0.

    Parameters
    ----------
    values : (rows, columns) array, NaN where missing
    availability : the least share of the columns that a row must know, 0 to 1; not asked when left out
    nonzero : the least share of a row's known values that must not be 0, 0 to 1; not asked when left out. A
        row that knows nothing has no zeros and passes.
    include, exclude : (rows,) masks of rows that stay in, or go out, whatever they know

    Raises
    ------
    InputError : a share is not from 0 to 1, or a row is both included and excluded

    References
    ----------
    Becker and others: *COINr: An R package for developing composite indicators* (2022), unit screening.

    >>> found = screen(np.array([[1.0, 2.0], [3.0, np.nan], [0.0, 0.0]]), availability=0.9, nonzero=0.5)
    >>> found.is_in.tolist()
    [True, False, False]
    >>> found.reason[2]
    'known values other than 0: 0 of 2, but 50% are required'
    """
    nobody = np.zeros(len(values), dtype=bool)
    forced_in = nobody if include is None else include
    forced_out = nobody if exclude is None else exclude
    _check(availability, nonzero, forced_in & forced_out)

    columns = values.shape[1]
    counts = (~np.isnan(values)).sum(axis=1)
    weighty = counts - (values == 0).sum(axis=1)
    share_known = counts / max(columns, 1)
    share_nonzero = np.full(len(values), np.nan)
    np.divide(weighty, counts, out=share_nonzero, where=counts > 0)
    is_thin = share_known < (0.0 if availability is None else availability) - _ROUNDING
    is_empty = share_nonzero < (0.0 if nonzero is None else nonzero) - _ROUNDING

    reason = np.full(len(values), "", dtype=object)
    for row in np.flatnonzero(is_thin | is_empty).tolist():
        thin = _too_thin(int(counts[row]), columns, availability or 0.0) if is_thin[row] else ""
        empty = _too_empty(int(weighty[row]), int(counts[row]), nonzero or 0.0) if is_empty[row] else ""
        reason[row] = sentences([thin, empty]) if thin and empty else thin or empty
    reason[forced_out] = _LEFT_OUT
    for row in np.flatnonzero(forced_in).tolist():
        reason[row] = _kept_though(reason[row]) if reason[row] else _KEPT
    return Screened((~(is_thin | is_empty) | forced_in) & ~forced_out, share_known, share_nonzero, reason)


def _check(availability: float | None, nonzero: float | None, torn: NDArray[np.bool_]) -> None:
    faults = [
        Fault(
            "error",
            coded("measure.screen.no_share", "{name} {share!r} is not a share", name=name, share=share),
            text("enter a number from 0 to 1"),
        )
        for name, share in (("availability", availability), ("nonzero", nonzero))
        if share is not None and not 0 <= share <= 1
    ]
    faults += [
        Fault(
            "error",
            coded("measure.screen.torn", "row {row} is both included and excluded", row=row),
            text("choose one"),
        )
        for row in np.flatnonzero(torn).tolist()
    ]
    refuse(faults, "", coded("measure.screen.refused", "the rows cannot be screened"))


# The same words are said of many rows in many runs, so each sentence is made once


@cache
def _too_thin(known: int, columns: int, needed: float) -> Text:
    return text(
        "known columns: {known} of {columns}, but {needed:.0%} are required",
        known=known,
        columns=columns,
        needed=needed,
    )


@cache
def _too_empty(weighty: int, known: int, needed: float) -> Text:
    return text(
        "known values other than 0: {weighty} of {known}, but {needed:.0%} are required",
        weighty=weighty,
        known=known,
        needed=needed,
    )


@cache
def _kept_though(reason: Text) -> Text:
    return text("kept on request: {reason}", reason=reason)
