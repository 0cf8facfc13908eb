"""Oracles of the market: tiny matchings by trying all, written without the code under test."""

from itertools import chain, combinations, product

import numpy as np

from urbium.market.placement import Tickets
from urbium.market.seats import Pairs


def tiny_pairs(seed, projects=4, mandates=3, most=3):
    """Return a random tiny market; scores are whole so that ties are common."""
    random = np.random.default_rng(seed)
    here = random.random((projects, mandates)) < 0.75
    project, mandate = np.nonzero(here)
    order = random.permutation(len(project))
    return Pairs(
        [f"p{at}" for at in random.permutation(projects)],
        [f"m{at}" for at in random.permutation(mandates)],
        project[order],
        mandate[order],
        random.integers(0, 3, len(project)).astype(float),
        random.integers(0, 3, len(project)).astype(float),
        random.integers(0, most, projects),
        random.integers(0, most, mandates),
    )


def tiny_tickets(seed, projects=3, mandates=2):
    """Return a random tiny funding problem with whole amounts."""
    random = np.random.default_rng(seed)
    pairs = tiny_pairs(seed, projects, mandates)
    least = random.integers(1, 4, len(pairs.project)).astype(float)
    return Tickets(
        pairs,
        least,
        least + random.integers(0, 3, len(least)),
        random.integers(0, 6, projects).astype(float),
        random.integers(0, 6, mandates).astype(float),
    )


def _project_prefers(pairs, one, other):
    """Say whether the project of two pairs prefers the first; codes break ties."""
    if pairs.liking[one] != pairs.liking[other]:
        return pairs.liking[one] > pairs.liking[other]
    return pairs.mandates[pairs.mandate[one]] < pairs.mandates[pairs.mandate[other]]


def _mandate_prefers(pairs, one, other):
    if pairs.interest[one] != pairs.interest[other]:
        return pairs.interest[one] > pairs.interest[other]
    return pairs.projects[pairs.project[one]] < pairs.projects[pairs.project[other]]


def _side(pairs, is_project):
    """Return the owner of each pair, the seats of owners, and which of two pairs an owner prefers."""
    if is_project:
        return pairs.project, pairs.project_seats, _project_prefers
    return pairs.mandate, pairs.mandate_seats, _mandate_prefers


def _would_take(pairs, pair, seated, is_project):
    owner, seats, prefers = _side(pairs, is_project)
    held = [other for other in seated if owner[other] == owner[pair]]
    return len(held) < seats[owner[pair]] or any(prefers(pairs, pair, other) for other in held)


def blocking_seats(pairs, seated):
    """Return the pairs that block shortlists, as a set of places."""
    return {
        pair
        for pair in range(len(pairs.project))
        if pair not in seated
        and _would_take(pairs, pair, seated, True)
        and _would_take(pairs, pair, seated, False)
    }


def every_matching(pairs):
    """Yield every set of pairs that keeps the seats of both sides."""
    places = range(len(pairs.project))
    for chosen in chain.from_iterable(combinations(places, size) for size in range(len(places) + 1)):
        taken = [np.bincount(_side(pairs, side)[0][list(chosen)], minlength=9) for side in (True, False)]
        if all((count[: len(seats)] <= seats).all() for count, seats in zip(
            taken, (pairs.project_seats, pairs.mandate_seats), strict=True
        )):  # fmt: skip
            yield frozenset(chosen)


def _drops(pairs, pair, amounts, is_project):
    """Yield what an owner pays otherwise after giving up, wholly, any set of pairs it likes less."""
    owner, _, prefers = _side(pairs, is_project)
    others = [other for other in range(len(amounts)) if other != pair and owner[other] == owner[pair]]
    less = [other for other in others if prefers(pairs, pair, other)]
    for size in range(len(less) + 1):
        for dropped in combinations(less, size):
            yield sum(amounts[other] for other in others if other not in dropped)


def wants_more(tickets, amounts):
    """Return by place what each blocking pair would have paid, trying every whole amount and every drop."""
    pairs = tickets.pairs
    blocking = {}
    for pair in range(len(amounts)):
        lacking = tickets.lacking[pairs.project[pair]]
        budget = tickets.budget[pairs.mandate[pair]]
        possible = [
            wanted
            for wanted in range(int(tickets.least[pair]), int(tickets.most[pair]) + 1)
            if wanted > amounts[pair]
            and any(rest + wanted <= lacking for rest in _drops(pairs, pair, amounts, True))
            and any(rest + wanted <= budget for rest in _drops(pairs, pair, amounts, False))
        ]
        if possible:
            blocking[pair] = max(possible)
    return blocking


def every_funding(tickets):
    """Yield all whole amounts by pair that keep tickets, what is lacking and budgets."""
    pairs = tickets.pairs
    choices = [
        [0, *range(int(least), int(most) + 1)]
        for least, most in zip(tickets.least, tickets.most, strict=True)
    ]
    for amounts in product(*choices):
        by_project = np.bincount(pairs.project, amounts, minlength=len(tickets.lacking))
        by_mandate = np.bincount(pairs.mandate, amounts, minlength=len(tickets.budget))
        if (by_project <= tickets.lacking).all() and (by_mandate <= tickets.budget).all():
            yield np.array(amounts, dtype=float)


def best_worth(tickets, value):
    """Return the most that whole amounts are worth; with whole limits no other amounts are worth more."""
    return max(float(value @ amounts) for amounts in every_funding(tickets))
