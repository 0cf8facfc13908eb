"""Seats: projects and mandates choose each other for shortlists, by deferred acceptance.

A seat is a place on a shortlist, not money: with places as capacities a stable matching always exists, with
money it need not (:mod:`urbium.market.placement`). Whether a matching is stable is checked apart, in
:mod:`urbium.market.stability`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappush, heapreplace

import numpy as np
import numpy.typing as npt

from urbium.errors import InputError
from urbium.text import coded, text

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Who accepts whom: one entry a pair in which the project suits the mandate and the mandate the project.

    Parameters
    ----------
    projects, mandates : (P,) and (M,) codes; ties of scores are broken by them
    project, mandate : (K,) the place of each pair's project and mandate in these; no pair stands twice
    liking : (K,) how much the project's side wants the pair; the higher the better
    interest : (K,) how much the mandate's side wants it
    project_seats, mandate_seats : (P,) and (M,) how many places each has on its shortlist, at least 0
    """

    projects: Sequence[str]
    mandates: Sequence[str]
    project: Integers
    mandate: Integers
    liking: Floats
    interest: Floats
    project_seats: Integers
    mandate_seats: Integers

    def __post_init__(self) -> None:
        """Refuse a pair that stands twice, and a score that is no number."""
        keys = self.project * max(1, len(self.mandates)) + self.mandate
        if len(np.unique(keys)) < len(keys):
            raise InputError(
                coded("finance.market.pair_twice", "a project and a mandate are paired twice"),
                remedy=text("list each pair once"),
            )
        if not (np.isfinite(self.liking).all() and np.isfinite(self.interest).all()):
            raise InputError(
                coded("finance.market.no_score", "a pair has a score that is not a number"),
                remedy=text("give both scores for every pair"),
            )


def seat(pairs: Pairs) -> npt.NDArray[np.bool_]:
    """Return which pairs take a seat: the stable shortlists that every project likes best.

    Projects ask mandates from the one they like best downwards; a mandate holds the best that asked it, up to
    its seats, and lets the worst go when a better one asks. With strict preferences the result is stable by
    pairs, and no project does better in any other stable matching.

    Returns
    -------
    (K,) true where the pair has a seat on both shortlists

    References
    ----------
    Gale, D. and Shapley, L. S. (1962). College admissions and the stability of marriage. *American
    Mathematical Monthly* 69, 9-15. For seats on both sides: Roth, A. E. and Sotomayor, M. (1990). *Two-sided
    matching*, chapters 5 and 6.

    >>> one = np.array([1, 1])
    >>> pairs = Pairs(["a", "b"], ["x", "y"], np.array([0, 0, 1]), np.array([0, 1, 0]),
    ...               np.array([2.0, 1.0, 1.0]), np.array([1.0, 1.0, 2.0]), one, one)
    >>> seat(pairs).tolist()  # x prefers b, and a goes to its second choice
    [False, True, True]
    """
    order, start = _wishes(pairs)
    rank = _ranks(pairs)
    mandate_of, seats = pairs.mandate.tolist(), pairs.mandate_seats.tolist()
    following, end = start[:-1].copy().tolist(), start[1:].tolist()
    project_of = pairs.project.tolist()
    held: list[list[tuple[int, int]]] = [
        [] for _ in seats
    ]  # by mandate: a heap of (-rank, pair), worst first
    asking = [p for p, count in enumerate(pairs.project_seats.tolist()) for _ in range(count)]
    while asking:
        project = asking.pop()
        while following[project] < end[project]:
            pair = order[following[project]]
            following[project] += 1
            shortlist, places = held[mandate_of[pair]], seats[mandate_of[pair]]
            if len(shortlist) < places:
                heappush(shortlist, (-rank[pair], pair))
                break
            if shortlist and -rank[pair] > shortlist[0][0]:
                _, let_go = heapreplace(shortlist, (-rank[pair], pair))
                asking.append(project_of[let_go])
                break
    has_seat = np.zeros(len(mandate_of), dtype=np.bool_)
    has_seat[[pair for shortlist in held for _, pair in shortlist]] = True
    return has_seat


def _wishes(pairs: Pairs) -> tuple[list[int], Integers]:
    """Return the pairs by project, the best liked first, and where the pairs of each project begin."""
    order = np.lexsort((_places(pairs.mandates)[pairs.mandate], -pairs.liking, pairs.project))
    start = np.searchsorted(pairs.project[order], np.arange(len(pairs.projects) + 1))
    return order.tolist(), start.astype(np.int64)


def _ranks(pairs: Pairs) -> list[int]:
    """Return a number for each pair that is lower for what its mandate prefers."""
    order = np.lexsort((_places(pairs.projects)[pairs.project], -pairs.interest))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank.tolist()


def _places(codes: Sequence[str]) -> Integers:
    """Return the place of each code in the order of codes."""
    places = np.empty(len(codes), dtype=np.int64)
    places[np.argsort(np.asarray(codes, dtype=np.str_), kind="stable")] = np.arange(len(codes))
    return places
