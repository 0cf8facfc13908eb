"""Fairness: a minimum improvement of every city, and parity of regions; what is lacking has a price."""

from collections.abc import Iterator

import numpy as np

from urbium.errors import Fault, nearest
from urbium.packaged import words_of
from urbium.plan.problem.keys import fault, key_of
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.rules.rule import Limit, Rule
from urbium.plan.rules.standards import price_faults
from urbium.plan.variables import Variables
from urbium.plan.variables.rows import Part, Rows, rows_of
from urbium.text import coded, text


def _check(road: Roadmap) -> Iterator[Fault]:
    """A rule of fairness has a price, and is about a city, or a region, with something to close."""
    yield from price_faults(road, "fairness")
    weight = dict(road.indicators.select("indicator", "weight").iter_rows())
    gaps = road.gaps.select("city", "indicator", "need").iter_rows()
    open_cities = {city for city, indicator, need in gaps if weight[indicator] * need > 0}
    region = dict(road.cities.select("city", "region").iter_rows())
    measured = {"least_closing": open_cities, "parity": {region[city] for city in open_cities} - {""}}
    places = {"least_closing": set(region), "parity": set(region.values()) - {""}}
    for row in road.fairness.iter_rows(named=True):
        rule, place = row["rule"], row["place"]
        kind = _PLACES[rule]
        if place not in places[rule]:
            yield fault(
                "reference", "fairness", key_of("fairness", row),
                coded("plan.fault.no_place", "there is no {kind} {place!r}", kind=kind, place=place),
                nearest(place, places[rule]),
            )  # fmt: skip
        elif place not in measured[rule]:
            yield fault(
                "closing", "fairness", key_of("fairness", row),
                coded("plan.fault.nothing_to_close", "{kind} {place} has nothing to improve",
                     kind=kind, place=place),
                text("remove the rule, or add a gap above zero there for an indicator that has a weight"),
            )  # fmt: skip


_PLACES = words_of("place of a fairness rule")


def least_closing(lay: Variables) -> Rows:
    r"""A city's closing in the last year T is at least the share s of rule r, or less at a price.

    .. math:: \sum_i \lambda_{ci} \sum_s q_s y_{ciTs} + l_r \ge s, \quad
              \lambda_{ci} = \frac{w_i n_{ci}}{\sum_j w_j n_{cj}}

    with indicator weights w, needs n and slopes q. Compare Young, *Equity*, on guaranteed minima.
    """
    rule, city, share = lay.least_closing
    of_gap = lay.city_number(lay.gaps["city"])
    parts: list[Part] = [(np.arange(len(rule)), lay.lacking[rule], 1.0)]
    for row, number in enumerate(city):
        gaps = np.flatnonzero(of_gap == number)
        worth = lay.closing_share[gaps, None] * lay.slopes
        parts.append((row, lay.closing[gaps, lay.years - 1], worth))
    names = lay.roadmap.cities["city"]
    return rows_of(
        "least_closing", parts, count=len(rule), lower=share, labels=lambda: [names[int(c)] for c in city]
    )


def parity(lay: Variables) -> Rows:
    r"""The mean closing of a region R is at least a share s of the mean of all cities C, or less at a price.

    .. math:: \frac{s}{|C|} \sum_{c \in C} K_c - \frac{1}{|R|} \sum_{c \in R} K_c - l_r \le 0

    with :math:`K_c` the closing of city c in the last year, as in :func:`least_closing`.
    """
    rule, weight = lay.parity
    of_gap = lay.city_number(lay.gaps["city"])
    worth = (weight[:, of_gap] * lay.closing_share)[:, :, None] * lay.slopes
    parts: list[Part] = [
        (np.arange(len(rule)), lay.lacking[rule], -1.0),
        (np.arange(len(rule))[:, None, None], lay.closing[None, :, lay.years - 1], worth),
    ]
    places = [lay.roadmap.fairness["place"][int(k)] for k in rule]
    return rows_of("parity", parts, count=len(rule), upper=0.0, labels=lambda: places)


RULE = Rule(
    (
        Limit(
            "least_closing",
            least_closing,
            "worth",
            coded("plan.limit.least_closing", "minimum improvement of a city"),
        ),
        Limit("parity", parity, "worth", coded("plan.limit.parity", "parity of regions")),
    ),
    _check,
)
