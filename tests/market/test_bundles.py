"""A bundle is the best ticket that small projects of several cities make, as trying all of them finds."""

from itertools import chain, combinations

import numpy as np
import pytest

from offered import mandate, prospect
from seeds import a_few_of
from urbium.market.bundles import best_bundle, bundles
from urbium.market.prospects import Pipeline


def tiny(seed):
    """Return a random mandate, projects and how much it wants each."""
    random = np.random.default_rng(seed)
    projects = [
        prospect(f"p{at}", city=f"c{random.integers(4)}", sought=float(random.integers(1, 6)))
        for at in range(random.integers(2, 9))
    ]
    least = float(random.integers(4, 12))
    most = least + float(random.integers(0, 4))
    cities = int(random.integers(1, 4))
    asked = mandate(
        ticket_least=least,
        ticket_most=most,
        cities_least=cities,
        cities_most=cities + int(random.integers(0, 2)),
    )
    return asked, projects, random.random(len(projects)).round(2)


def best_worth(asked, projects, wanted):
    """Return the worth of the best bundle by trying all; None when none fits."""
    places = range(len(projects))
    worths = [
        sum(projects[at].sought * (1 + wanted[at]) for at in chosen)
        for chosen in chain.from_iterable(combinations(places, size) for size in range(1, len(projects) + 1))
        if asked.ticket_least <= sum(projects[at].sought for at in chosen) <= asked.ticket_most
        and asked.cities_least <= len({projects[at].city for at in chosen}) <= asked.cities_most
    ]
    return max(worths, default=None)


def missed(seeds):
    """Return the seeds where another bundle is worth more, or is there where none was found."""
    wrong = []
    for seed in seeds:
        bundle, best = best_bundle(*tiny(seed)), best_worth(*tiny(seed))
        if (bundle is None) != (best is None) or (bundle is not None and abs(bundle.worth - best) > 1e-6):
            wrong.append(seed)
    return wrong


@pytest.mark.parametrize("block", a_few_of(range(10), 1))
def test_no_other_bundle_is_worth_more(block):
    assert missed(range(50 * block, 50 * (block + 1))) == []


def small(code, **changes):
    return prospect(code, sought=4.0, **changes)


def test_one_mandate_finds_a_bundle_across_three_cities():
    projects = [small(f"p{at}", city=f"c{at}", place=f"Town {at}") for at in range(4)]
    asked = mandate(ticket_least=12.0, ticket_most=13.0, cities_least=3)
    (bundle,) = bundles(asked, Pipeline(projects))
    assert len(bundle.cities) == 3
    assert bundle.sought == 12.0


def test_what_is_of_another_kind_is_not_put_together():
    projects = [small("p1", city="c1"), small("p2", city="c2", solution="METER", sector="water")]
    assert bundles(mandate(ticket_least=8.0), Pipeline(projects)) == []


def test_related_solutions_go_together_when_asked():
    projects = [small("p1", city="c1"), small("p2", city="c2", solution="GRID")]
    (bundle,) = bundles(mandate(ticket_least=8.0), Pipeline(projects), related=True)
    assert bundle.family == "energy"


def test_a_bundle_keeps_every_other_rule():
    projects = [small(f"p{at}", city=f"c{at}") for at in range(3)]
    assert bundles(mandate(ticket_least=12.0, evidence="published"), Pipeline(projects)) == []


def test_what_is_large_enough_alone_is_in_no_bundle():
    projects = [small("p1", city="c1"), small("p2", city="c2"), prospect("large", city="c3")]
    (bundle,) = bundles(mandate(ticket_least=8.0), Pipeline(projects))
    assert [one.code for one in bundle.prospects] == ["p1", "p2"]
