r"""Placement: how much each mandate puts into each project on its shortlist, as a mixed-integer programme.

.. math:: \max \sum_k (1 + w s_k)\, x_k \quad\text{with}\quad
   l_k y_k \le x_k \le u_k y_k,\; \sum_{k \in p} x_k \le g_p,\; \sum_{k \in m} x_k \le b_m,\; y_k \in \{0, 1\}

where :math:`x_k` is the amount of pair :math:`k`, :math:`l_k, u_k` its ticket, :math:`g_p` what the project
lacks, :math:`b_m` what the mandate has, :math:`s_k` (0 to 1) how much both sides want the pair and :math:`w`
the small weight of that beside money. With money as capacity a stable matching need not exist, so the pairs
that would rather have each other are listed and measured afterwards (:mod:`urbium.market.blocking`).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from urbium.errors import InputError
from urbium.market.seats import Floats, Pairs
from urbium.text import coded, text

WEIGHT = 0.1
"""What being wanted is worth beside money (assumption): the best wanted pair counts a tenth more than any."""
EXACT = 1000
"""Up to so many pairs the best amounts are searched for among all. With more of them a linear relaxation says
first which tickets are worth paying, and bounds what other amounts could be worth."""


@dataclass(frozen=True, slots=True)
class Tickets:
    """What may be paid on shortlists; all amounts are in one currency and unit.

    Parameters
    ----------
    pairs : the pairs with a seat
    least, most : (K,) the smallest and largest ticket of each pair, 0 < least <= most
    lacking : (P,) what each project seeks, at least 0
    budget : (M,) what each mandate has to give, at least 0
    """

    pairs: Pairs
    least: Floats
    most: Floats
    lacking: Floats
    budget: Floats

    def __post_init__(self) -> None:
        """Refuse a ticket that nobody could pay, and amounts below zero."""
        if (self.least <= 0).any() or (self.least > self.most).any():
            raise InputError(
                coded("finance.market.ticket", "the smallest ticket is not above 0, or exceeds the largest"),
                remedy=text("use ticket sizes with 0 < smallest <= largest"),
            )
        if (self.lacking < 0).any() or (self.budget < 0).any():
            raise InputError(
                coded("finance.market.below_zero", "the amount sought or offered is below 0"),
                remedy=text("enter amounts of at least 0"),
            )


@dataclass(frozen=True, slots=True)
class Placement:
    """What is paid, and how good that is.

    Parameters
    ----------
    amounts : (K,) paid by pair, 0 where nothing is
    worth : the objective of these amounts
    bound : no amounts under these limits are worth more, as the solver proves to its tolerance
    """

    amounts: Floats
    worth: float
    bound: float

    @property
    def gap(self) -> float:
        """By what share of its worth other amounts could be better at most."""
        return max(self.bound - self.worth, 0.0) / self.worth if self.worth > 0 else 0.0


def place(
    tickets: Tickets, *, weight: float = WEIGHT, tolerance: float = 1e-4, seconds: float = 60.0
) -> Placement:
    """Return the amounts that place most money, the better wanted pairs first among equals.

    Parameters
    ----------
    tickets : what may be paid
    weight : what being wanted by both sides is worth beside money, at least 0
    tolerance : the search ends when no amounts can be better by more than this share
    seconds : and after this time, with the best amounts there are and the bound on others

    >>> one = np.array([1])
    >>> pairs = Pairs(["a"], ["x"], one * 0, one * 0, np.array([1.0]), np.array([1.0]), one, one)
    >>> full = np.array([5.0])
    >>> place(Tickets(pairs, np.array([2.0]), np.array([9.0]), full, np.array([7.0]))).amounts.tolist()
    [5.0]
    """
    value = 1 + weight * (_scaled(tickets.pairs.liking) + _scaled(tickets.pairs.interest)) / 2
    is_payable, most = _payable(tickets)
    at = np.flatnonzero(is_payable)
    amounts: Floats = np.zeros(len(value))
    if not at.size:
        return Placement(amounts, 0.0, 0.0)
    problem = _Problem(tickets, at, most[at], value[at])
    always, bound = np.zeros(len(at)), float(value[at] @ most[at])
    if len(at) > EXACT:
        relaxed = problem.solve(always, is_whole=False)
        always = (relaxed.x[: len(at)] >= tickets.least[at]).astype(float)
        bound = -float(relaxed.fun)
    solved = problem.solve(always, is_whole=True, mip_rel_gap=tolerance, time_limit=seconds)
    if len(at) <= EXACT and solved.mip_dual_bound is not None:
        bound = -float(solved.mip_dual_bound)
    if solved.x is not None:
        is_paid = np.rint(solved.x[len(at) :]) > 0
        amounts[at] = np.where(is_paid, np.clip(solved.x[: len(at)], tickets.least[at], most[at]), 0.0)
    return Placement(amounts, float(value @ amounts), bound)


@dataclass(frozen=True, slots=True)
class _Problem:
    """The programme of the pairs that can be paid: places ``at``, their largest tickets and their values."""

    tickets: Tickets
    at: npt.NDArray[np.intp]
    most: Floats
    value: Floats

    def solve(self, always: Floats, *, is_whole: bool, **options: float) -> Any:  # noqa: ANN401 - of SciPy
        """Solve it; ``always`` is 1 for pairs that must be paid, ``is_whole`` whether tickets are whole."""
        count = len(self.at)
        return milp(
            np.concatenate([-self.value, np.zeros(count)]),
            constraints=_limits(self.tickets, self.at, self.most),
            bounds=Bounds(
                np.concatenate([np.zeros(count), always]), np.concatenate([self.most, np.ones(count)])
            ),
            integrality=np.concatenate([np.zeros(count), np.full(count, float(is_whole))]),
            options=options,
        )


def _payable(tickets: Tickets) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Return which pairs can be paid at all, and the most that each can."""
    pairs = tickets.pairs
    most = np.minimum(tickets.most, np.minimum(tickets.lacking[pairs.project], tickets.budget[pairs.mandate]))
    return most >= tickets.least, most


def _limits(tickets: Tickets, at: npt.NDArray[np.intp], most: Floats) -> LinearConstraint:
    """Return the rows: tickets from below and above, what projects lack, what mandates have."""
    pairs, count = tickets.pairs, len(at)
    same, columns = sp.identity(count, format="csr"), np.arange(count)
    by_project = sp.csr_matrix((np.ones(count), (pairs.project[at], columns)), (len(tickets.lacking), count))
    by_mandate = sp.csr_matrix((np.ones(count), (pairs.mandate[at], columns)), (len(tickets.budget), count))
    rows = sp.bmat(
        [
            [-same, sp.diags(tickets.least[at])],
            [same, -sp.diags(most)],
            [by_project, None],
            [by_mandate, None],
        ],
        format="csr",
    )
    return LinearConstraint(rows, ub=np.concatenate([np.zeros(2 * count), tickets.lacking, tickets.budget]))


def _scaled(scores: Floats) -> Floats:
    lowest, highest = (scores.min(), scores.max()) if scores.size else (0.0, 0.0)
    return (scores - lowest) / (highest - lowest) if highest > lowest else np.ones(len(scores))
