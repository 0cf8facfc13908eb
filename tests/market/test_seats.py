"""Shortlists are stable in every instance, and the best stable ones for projects, by trying all."""

from dataclasses import replace

import numpy as np
import pytest

from matchings import blocking_seats, every_matching, tiny_pairs
from seeds import a_few_of
from urbium.errors import InputError
from urbium.market.seats import Pairs, seat
from urbium.market.stability import check_seats

BLOCKS = a_few_of(range(40), 2)
"""Blocks of 100 tiny instances: 4,000 in all."""


def codes(pairs, places):
    return {(pairs.projects[pairs.project[at]], pairs.mandates[pairs.mandate[at]]) for at in places}


def unstable(seeds):
    """Return the seeds whose shortlists an exhaustive search over pairs finds blocked."""
    return [
        seed
        for seed, pairs in ((seed, tiny_pairs(seed)) for seed in seeds)
        if blocking_seats(pairs, set(np.flatnonzero(seat(pairs))))
    ]


def misjudged(seeds):
    """Return the seeds of random shortlists on which the check and the exhaustive search differ."""
    wrong = []
    for seed in seeds:
        pairs = tiny_pairs(seed)
        has_seat = np.random.default_rng(seed).random(len(pairs.project)) < 0.3
        blocking = codes(pairs, blocking_seats(pairs, set(np.flatnonzero(has_seat))))
        if set(check_seats(pairs, has_seat).blocking) != blocking:
            wrong.append(seed)
    return wrong


def beaten(seeds):
    """Return the seeds where some project gets a better choice in another stable matching."""
    return [
        seed
        for seed, pairs in ((seed, tiny_pairs(seed, projects=3)) for seed in seeds)
        if any(
            best_of(pairs, mine | other) != mine
            for mine in [frozenset(np.flatnonzero(seat(pairs)))]
            for other in every_matching(pairs)
            if not blocking_seats(pairs, other)
        )
    ]


def best_of(pairs, places):
    """Return what each project would choose of some pairs, up to its seats."""
    chosen = []
    for project, seats in enumerate(pairs.project_seats):
        offered = [at for at in places if pairs.project[at] == project]
        offered.sort(key=lambda at: (-pairs.liking[at], pairs.mandates[pairs.mandate[at]]))
        chosen += offered[:seats]
    return frozenset(chosen)


@pytest.mark.parametrize("block", BLOCKS)
def test_shortlists_are_stable_by_exhaustive_search(block):
    assert unstable(range(100 * block, 100 * (block + 1))) == []


@pytest.mark.parametrize("block", BLOCKS)
def test_the_check_finds_what_exhaustive_search_finds(block):
    assert misjudged(range(100 * block, 100 * (block + 1))) == []


@pytest.mark.parametrize("block", BLOCKS)
def test_no_project_does_better_in_another_stable_matching(block):
    assert beaten(range(10 * block, 10 * (block + 1))) == []


def test_a_full_shortlist_is_called_overfull():
    one = np.array([1])
    pairs = Pairs(
        ["a"], ["x", "y"], one[[0, 0]] * 0, np.array([0, 1]), np.ones(2), np.ones(2), one, one[[0, 0]]
    )
    assert check_seats(pairs, np.array([True, True])).overfull == ("a",)


def test_ties_are_broken_by_code():
    pairs = Pairs(
        ["b", "a"],
        ["x"],
        np.array([0, 1]),
        np.array([0, 0]),
        np.ones(2),
        np.ones(2),
        np.ones(2, int),
        np.ones(1, int),
    )
    assert seat(pairs).tolist() == [False, True]


def test_the_order_of_pairs_does_not_matter():
    pairs = tiny_pairs(7, projects=6, mandates=5)
    turned = replace(
        pairs, **{name: getattr(pairs, name)[::-1] for name in ("project", "mandate", "liking", "interest")}
    )
    assert seat(turned)[::-1].tolist() == seat(pairs).tolist()


def test_a_pair_that_stands_twice_is_refused():
    with pytest.raises(InputError, match="twice"):
        replace(
            tiny_pairs(1),
            project=np.zeros(2, int),
            mandate=np.zeros(2, int),
            liking=np.ones(2),
            interest=np.ones(2),
        )


def test_a_score_that_is_no_number_is_refused():
    pairs = tiny_pairs(1)
    with pytest.raises(InputError, match="not a number"):
        replace(pairs, liking=np.full(len(pairs.liking), np.nan))
