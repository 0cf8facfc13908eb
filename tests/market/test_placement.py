"""Money on shortlists is worth most, and the pairs that block it are those that trying all finds."""

from dataclasses import replace

import numpy as np
import pytest

from matchings import best_worth, every_funding, tiny_tickets, wants_more
from seeds import a_few_of
from urbium.errors import InputError
from urbium.market import placement
from urbium.market.blocking import blocking_money
from urbium.market.placement import WEIGHT, Tickets, place
from urbium.market.seats import Pairs

BLOCKS = a_few_of(range(40), 1)
"""Blocks of 100 tiny instances: 4,000 in all."""


def misjudged(seeds):
    """Return the seeds where the listed pairs, or what they would have paid, differ from trying all."""
    wrong = []
    for seed in seeds:
        tickets = tiny_tickets(seed)
        amounts = np.rint(place(tickets).amounts)
        pairs = tickets.pairs
        blocking = {
            (pairs.projects[pairs.project[at]], pairs.mandates[pairs.mandate[at]]): float(wanted)
            for at, wanted in wants_more(tickets, amounts).items()
        }
        if {(row.project, row.mandate): row.wanted for row in blocking_money(tickets, amounts)} != blocking:
            wrong.append(seed)
    return wrong


def value_of(pairs):
    """Return what a unit of money is worth by pair: one, and a tenth of how much both sides want it."""
    scaled = [
        (scores - scores.min()) / np.ptp(scores) if len(scores) and np.ptp(scores) else np.ones(len(scores))
        for scores in (pairs.liking, pairs.interest)
    ]
    return 1 + WEIGHT * (scaled[0] + scaled[1]) / 2


def beaten(seeds):
    """Return the seeds where whole amounts tried one by one are worth more, or the bound is below them."""
    wrong = []
    for seed in seeds:
        tickets = tiny_tickets(seed)
        paid, best = place(tickets, tolerance=0.0), best_worth(tickets, value_of(tickets.pairs))
        if abs(paid.worth - best) > 1e-6 or paid.bound < best - 1e-6:
            wrong.append(seed)
    return wrong


def cycle():
    """Three whole projects (1, 1 and 2) and two investors with 1 and 2: whatever is paid, a pair objects."""
    projects, mandates = np.repeat([0, 1, 2], 2), np.tile([0, 1], 3)
    size = np.array([1.0, 1.0, 2.0])
    pairs = Pairs(
        ["a", "b", "c"],
        ["x", "y"],
        projects,
        mandates,
        np.array([1.0, 0.0, 0.0, 1.0, 1.0, 0.0]),
        np.array([0.0, 2.0, 1.0, 0.0, 2.0, 1.0]),
        np.ones(3, int),
        np.full(2, 3),
    )
    return Tickets(pairs, size[projects], size[projects], size, np.array([1.0, 2.0]))


@pytest.mark.parametrize("block", BLOCKS)
def test_blocking_pairs_are_those_of_exhaustive_search(block):
    assert misjudged(range(100 * block, 100 * (block + 1))) == []


@pytest.mark.parametrize("block", BLOCKS)
def test_no_other_amounts_are_worth_more(block):
    assert beaten(range(20 * block, 20 * (block + 1))) == []


def test_with_money_as_capacity_no_funding_need_be_stable():
    """As Biro and McDermid (Discrete Applied Mathematics 164, 2014) show of matchings with sizes."""
    assert all(wants_more(cycle(), amounts) for amounts in every_funding(cycle()))


def test_what_blocks_the_cycle_is_listed_with_its_amount():
    tickets = cycle()
    amounts = place(tickets).amounts
    moved = {at: wanted - amounts[at] for at, wanted in wants_more(tickets, amounts).items()}
    assert sorted(row.moved for row in blocking_money(tickets, amounts)) == sorted(moved.values())


@pytest.mark.parametrize("seed", range(15))
def test_a_large_market_keeps_its_limits_and_its_bound(seed, monkeypatch):
    monkeypatch.setattr(placement, "EXACT", 0)
    tickets = tiny_tickets(seed)
    paid, best = place(tickets), best_worth(tickets, value_of(tickets.pairs))
    is_paid = paid.amounts > 0
    assert paid.worth <= best + 1e-6 <= paid.bound + 2e-6
    assert (paid.amounts[is_paid] >= tickets.least[is_paid] - 1e-6).all()
    assert (np.bincount(tickets.pairs.project, paid.amounts, 3) <= tickets.lacking + 1e-6).all()
    assert (np.bincount(tickets.pairs.mandate, paid.amounts, 2) <= tickets.budget + 1e-6).all()


def test_a_ticket_of_nothing_is_refused():
    with pytest.raises(InputError, match="smallest ticket"):
        replace(cycle(), least=np.zeros(6))


def test_a_budget_below_zero_is_refused():
    with pytest.raises(InputError, match="below 0"):
        replace(cycle(), budget=np.array([1.0, -2.0]))
