"""Funding as numbers: the cheapest way to pay for projects with money that comes in tickets and under limits.

In: costs, prices and limits as arrays; no catalogue, no city. Out: how much of which money goes to which
project. :mod:`urbium.finance.mix` makes the arrays and says what they mean. See ADR 0077.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from urbium.errors import InputError, UrbiumError
from urbium.text import coded, text

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

SHORT_PRICE: Final = 1e3
"""Price of a unit that nobody pays: above that of any money, so that as much as can be is paid."""
_SECONDS: Final = 60.0
_GAP: Final = 1e-9


@dataclass(frozen=True)
class Limit:
    """So much at most: the sum of weights x amounts over some pairs of project and money.

    Attributes
    ----------
    name : by which it is told when it binds
    pairs : places of the pairs in the (projects, moneys) array, row by row
    weights : of these pairs
    most : of the sum
    """

    name: str
    pairs: Integers
    weights: Floats
    most: float

    @classmethod
    def of(cls, name: str, weight: npt.ArrayLike, most: float) -> "Limit":
        """Return the limit whose weights stand in a whole (projects, moneys) array."""
        flat = np.asarray(weight, dtype=np.float64).ravel()
        pairs = np.flatnonzero(flat)
        return cls(name, pairs, flat[pairs], most)

    def sum(self, amount: Floats) -> float:
        """Return the sum that is limited, for a (projects, moneys) array of amounts."""
        return float(self.weights @ amount.ravel()[self.pairs])

    def weight(self, pair: int) -> float:
        """Return the weight of a pair; zero where it does not count."""
        return float(self.weights[self.pairs == pair].sum())


@dataclass(frozen=True)
class Cover:
    """A limit that one money asks where it is used: DSCR x debt service of a project within its cash.

    Attributes
    ----------
    project, money : whose use brings the limit in
    """

    project: int
    money: int
    limit: Limit


@dataclass(frozen=True)
class FundingProblem:
    r"""Minimise :math:`\sum p_{ik} x_{ik} + M s_i`, so that :math:`\sum_k x_{ik} + s_i = c_i`.

    Attributes
    ----------
    cost : (projects,) what each costs to build
    price : (projects, moneys) what a unit of each money costs; below ``SHORT_PRICE``
    most : (projects, moneys) of each money at most; 0 where it is not to be had
    ticket : (projects, moneys) least amount where any is taken
    limits : that hold always
    covers : that hold where their money is used
    """

    cost: Floats
    price: Floats
    most: Floats
    ticket: Floats
    limits: tuple[Limit, ...] = ()
    covers: tuple[Cover, ...] = ()


@dataclass(frozen=True)
class Funded:
    """What was found.

    Attributes
    ----------
    amount : (projects, moneys)
    short : (projects,) what nobody pays
    price : of all money that is taken
    """

    amount: Floats
    short: Floats
    price: float


def fund(problem: FundingProblem) -> Funded:
    """Return the cheapest funding, after as much as possible is funded.

    The columns are the amounts, what nobody pays, and whether a money is used at all (whole numbers); rows
    are the costs, the tickets, the limits and the covers, the latter slack where their money is not used.

    >>> from numpy import array
    >>> price, most = array([[1.0, 0.5]]), array([[10.0, 4.0]])
    >>> answer = fund(FundingProblem(array([10.0]), price, most, array([[0.0, 0.0]])))
    >>> answer.amount.tolist(), answer.price
    ([[6.0, 4.0]], 8.0)
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - heavy, and only here
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    _check(problem)
    shape = problem.price.shape
    projects, amounts = shape[0], problem.price.size
    columns = 2 * amounts + projects
    rows = _rows(problem)
    matrix = csr_matrix(
        (rows.values, (rows.row, rows.column)), shape=(len(rows.lower), columns), dtype=np.float64
    )
    whole = np.zeros(columns)
    whole[amounts + projects :] = 1.0
    upper = np.concatenate([problem.most.ravel(), problem.cost, (problem.most.ravel() > 0).astype(float)])
    answer = milp(
        np.concatenate([problem.price.ravel(), np.full(projects, SHORT_PRICE), np.zeros(amounts)]),
        constraints=LinearConstraint(matrix, rows.lower, rows.upper),
        bounds=Bounds(0.0, upper),
        integrality=whole,
        options={"time_limit": _SECONDS, "mip_rel_gap": _GAP},
    )
    if answer.x is None:
        raise UrbiumError(
            coded(
                "finance.funding.unsolved", "the search for funding failed: {why}", why=str(answer.message)
            ),
            remedy=text("plan fewer projects at once"),
        )
    taken = np.maximum(answer.x[:amounts].reshape(shape), 0.0)
    return Funded(taken, np.maximum(answer.x[amounts : amounts + projects], 0.0),
                  float((problem.price * taken).sum()))  # fmt: skip


class _Rows:
    """The entries of the matrix, gathered row by row."""

    def __init__(self) -> None:
        self.row: list[int] = []
        self.column: list[int] = []
        self.values: list[float] = []
        self.lower: list[float] = []
        self.upper: list[float] = []

    def add(self, entries: list[tuple[int, float]], lower: float, upper: float) -> None:
        """Add one row."""
        for column, value in entries:
            self.row.append(len(self.lower))
            self.column.append(column)
            self.values.append(value)
        self.lower.append(lower)
        self.upper.append(upper)


def _rows(problem: FundingProblem) -> _Rows:
    rows = _Rows()
    projects, moneys = problem.price.shape
    amounts = projects * moneys
    used = amounts + projects
    for project in range(projects):
        columns = range(project * moneys, (project + 1) * moneys)
        cost = float(problem.cost[project])
        rows.add([*((column, 1.0) for column in columns), (amounts + project, 1.0)], cost, cost)
    most, ticket = problem.most.ravel(), problem.ticket.ravel()
    for column in np.flatnonzero(most > 0):
        rows.add([(int(column), 1.0), (used + int(column), -float(most[column]))], -np.inf, 0.0)
        if ticket[column] > 0:
            rows.add([(int(column), 1.0), (used + int(column), -float(ticket[column]))], 0.0, np.inf)
    for limit in problem.limits:
        rows.add(_entries(limit), -np.inf, limit.most)
    for cover in problem.covers:
        slack = max(cover.limit.sum(problem.most) - cover.limit.most, 0.0)
        switch = used + cover.project * moneys + cover.money
        rows.add([*_entries(cover.limit), (switch, slack)], -np.inf, cover.limit.most + slack)
    return rows


def _entries(limit: Limit) -> list[tuple[int, float]]:
    return list(zip(limit.pairs.tolist(), limit.weights.tolist(), strict=True))


def _check(problem: FundingProblem) -> None:
    """Raise InputError for figures that are no figures, and prices that would leave a project unpaid."""
    arrays = {"cost": problem.cost, "price": problem.price, "most": problem.most, "ticket": problem.ticket}
    for name, values in arrays.items():
        if not np.isfinite(values).all() or (values < 0).any():
            raise InputError(
                coded(
                    "finance.funding.figure",
                    "{name} has a figure that is missing or below zero",
                    name=name,
                ),
                place=name,
                remedy=text("enter zero or more for every figure"),
            )
    if (problem.price >= SHORT_PRICE).any():
        raise InputError(
            coded("finance.funding.price", "one unit of money costs {price:g} in present value, which "
                                           "is too much",
                 price=float(problem.price.max())),
            place="price",
            remedy=text("enter a present value below {most:g} for the cost of a unit of money",
                        most=SHORT_PRICE),
        )  # fmt: skip
