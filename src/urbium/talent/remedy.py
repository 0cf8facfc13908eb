r"""Remedy: the cheapest way to fill a shortage: train, hire contractors, move people, or put work off.

For each year t with :math:`S_t` posts missing, units of training z (whole numbers), contracted h, moved m and
put off w posts:

.. math::

    \min \sum_t c_z z_t + c_h h_t + c_m m_t + c_w w_t \quad\text{where}\quad
    a (1 - \delta) \sum_{u \le t - l} z_u + h_t + m_t + w_t - w_{t-1} \ge S_t

A unit of training has ``places`` seats, of which a share :math:`\delta` drops out; who stays is there from l
years later on. Work that is put off is missing again in the next year; what is put off beyond the last year
is listed, and not done. Solved as a mixed-integer programme by HiGHS.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from urbium.errors import Fault, InfeasibleError, refuse
from urbium.text import Text, coded, text

_SMALL: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Course:
    """A unit of training: cost (million), seats, units a year at most, years until they count, drop-out."""

    cost: float
    places: float
    most: int
    lag: int
    drop_out: float = 0.0


@dataclass(frozen=True, slots=True)
class Options:
    """What each way costs (million, a post and year), and how much of it there is in each year.

    Parameters
    ----------
    course : training; None where there is none
    contract, move, delay : cost of a post for a year
    contractors, movable, delayable : posts by year, as many as there are years
    """

    course: Course | None
    contract: float
    move: float
    delay: float
    contractors: tuple[float, ...]
    movable: tuple[float, ...]
    delayable: tuple[float, ...]


@dataclass(frozen=True)
class Remedy:
    """The cheapest remedy of a shortage.

    Parameters
    ----------
    table : year, short (posts), units (of training), trained (posts that are there), contract, move, delay
        (posts), cost (million)
    cost : of all years, million
    left : posts that are put off beyond the last year
    """

    table: pl.DataFrame
    cost: float
    left: float


def cheapest(short: dict[int, float], options: Options) -> Remedy:
    """Return the cheapest remedy of a shortage by year.

    Parameters
    ----------
    short : posts missing by year, the years without gaps
    options : what each way costs, and how much there is

    Raises
    ------
    InputError
        For a negative cost, lag, number or shortage, or a drop-out that is no share below 1.
    InfeasibleError
        When all ways together do not suffice.
    """
    years = list(short)
    refuse(_faults(short, options), "remedy")
    count, course = len(years), options.course
    cost = np.repeat([course.cost if course else 0.0, options.contract, options.move, options.delay], count)
    most = np.array([course.most if course else 0] * count, dtype=float)
    upper = np.concatenate([most, options.contractors, options.movable, options.delayable])
    stay = course.places * (1 - course.drop_out) if course else 0.0
    lag = course.lag if course else 0
    there = np.tril(np.ones((count, count)), -lag) * stay
    eye = np.eye(count)
    rows = sparse.csr_matrix(np.hstack([there, eye, eye, eye - np.eye(count, k=-1)]))
    solved = milp(
        cost,
        constraints=LinearConstraint(rows, lb=np.array(list(short.values()))),
        bounds=Bounds(0.0, upper),
        integrality=np.repeat([1, 0, 0, 0], count),
    )
    if solved.x is None:
        raise InfeasibleError(
            coded("talent.remedy.infeasible",
                 "training, contractors, moves and delay together do not cover the shortage"),
            remedy=text("begin training earlier, or plan fewer projects at once"),
        )  # fmt: skip
    units, contract, move, delay = (
        np.where(np.abs(part) < _SMALL, 0.0, part) for part in np.split(solved.x, 4)
    )
    units = np.round(units)
    spent = sum(
        price * part for price, part in zip(cost[::count], (units, contract, move, delay), strict=True)
    )
    table = pl.DataFrame(
        {
            "year": years, "short": list(short.values()), "units": units.astype(np.int64),
            "trained": there @ units,
            "contract": contract, "move": move, "delay": delay, "cost": spent,
        }
    )  # fmt: skip
    return Remedy(table, float(np.sum(spent)), float(delay[-1]) if count else 0.0)


def _faults(short: dict[int, float], options: Options) -> Iterator[Fault]:
    course = options.course
    figures: dict[str, float] = {
        "contract": options.contract, "move": options.move, "delay": options.delay,
        **{f"shortage of {year}": posts for year, posts in short.items()},
        **({"training cost": course.cost, "places": course.places, "most": course.most, "lag": course.lag}
           if course else {}),
    }  # fmt: skip
    for name, value in figures.items():
        if not value >= 0:
            yield _fault(name, coded("talent.remedy.negative", "{value:g} is below zero", value=value),
                         text("enter 0 or more"))  # fmt: skip
    if course and not 0 <= course.drop_out < 1:
        yield _fault("drop-out",
            coded("talent.remedy.drop_out", "the share of dropouts cannot be {share:g}",
                  share=course.drop_out),
            text("enter a number of at least 0 and below 1"))  # fmt: skip
    for name, posts in (("contractors", options.contractors), ("movable", options.movable),
                        ("delayable", options.delayable)):  # fmt: skip
        if len(posts) != len(short) or min(posts, default=0.0) < 0:
            yield _fault(name,
                         coded("talent.remedy.years", "each year of the shortage needs a value of 0 or more"),
                         text("enter {count} values, one for each year", count=len(short)))  # fmt: skip


def _fault(place: str, message: Text, remedy: Text) -> Fault:
    return Fault("error", message, remedy, rule="remedy", cell=place)
