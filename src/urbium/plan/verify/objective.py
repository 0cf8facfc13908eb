r"""The worth of a plan and what it misses, added up from the raw tables in plain loops.

Nothing of the planner's arithmetic is used: this is what :mod:`urbium.plan.verify.certify` counts with.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import polars as pl

from urbium.plan.problem.outlays import outlay, own_outlays, yearly
from urbium.plan.problem.roadmap import Roadmap

_LEAST = 1e-9


def declared_overruns(table: pl.DataFrame | None) -> Mapping[tuple[str, str, int], float]:
    """Return declared overruns by (limit, place, year); what is not finite and above 0 counts as none."""
    rows = [] if table is None else table.select("limit", "place", "year", "amount").iter_rows()
    return {
        (limit, place, year): amount
        for limit, place, year, amount in rows
        if amount is not None and math.isfinite(amount) and amount > 0
    }


def declared_training(roadmap: Roadmap, table: pl.DataFrame | None) -> dict[tuple[str, int], float]:
    """Return declared units of training by (occupation, year); those nobody can train count as none."""
    occupations = set(roadmap.training["occupation"])
    rows = [] if table is None else table.select("occupation", "year", "units").iter_rows()
    return {
        (occupation, year): float(units)
        for occupation, year, units in rows
        if occupation in occupations and year in roadmap.years and units is not None
    }


def repayment_terms(roadmap: Roadmap) -> dict[str, list[tuple[str, int, float]]]:
    """Return payer, years after drawing and share of what each fund is repaid."""
    terms: dict[str, list[tuple[str, int, float]]] = defaultdict(list)
    rows = roadmap.repayments.select("fund", "payer", "after", "share").iter_rows()
    for fund, payer, after, share in rows:
        terms[fund].append((payer, after, share))
    return terms


def lasting_limits(roadmap: Roadmap) -> dict[tuple[str, int], float]:
    """Return what each place may pay in each year after the plan, as long as anything may be repaid."""
    longest = int(max([0, *roadmap.repayments["after"]]))
    allowed: dict[tuple[str, int], float] = {}
    for place, since, amount in roadmap.upkeep.select("place", "since", "amount").iter_rows():
        for year in range(since, roadmap.years[-1] + longest + 1):
            allowed[place, year] = min(amount, allowed.get((place, year), amount))
    return allowed


def recomputed_objective(
    roadmap: Roadmap, start: Mapping[str, int], training: Mapping[tuple[str, int], float] | None = None
) -> float:
    r"""Add up a plan's objective year by year from the tables.

    .. math:: \sum_t (1 + r)^{t_0 - t} \left( \sum_{c,i} W_c \omega_i n_{ci} \, q(a_{cit}) - \pi s_t \right)
              - \rho m - \sum_k \ell_k

    with the discount rate r, the weights W of cities and :math:`\omega` of indicators, the need n, worth q
    of what is attained (the effects a of finished projects together, up to the ceiling), the price
    :math:`\pi` of what is spent (s: capital, yearly costs, training), the price :math:`\rho` of what is
    missed
    (m: standards, and closing that fairness lacks), and the loss :math:`\ell` of each soft prerequisite that
    is not kept.

    Parameters
    ----------
    start : start years by project
    training : units bought by occupation and year
    """
    factor, gaps = _factors(roadmap), gap_worth(roadmap)
    counts = {year: factor[year] * sum(years_ahead(roadmap, year).values()) for year in roadmap.years}
    curve = roadmap.curve.sort("segment").select("width", "slope").rows()
    total = 0.0
    for key, by_year in _reached(roadmap, start).items():
        worth = gaps[key][0]
        total += sum(worth * _curved(curve, left) * counts[year] for year, left in by_year.items())
    price, outlays = roadmap.settings.spending_price, own_outlays(roadmap)
    projects = {row["project"]: row for row in roadmap.projects.iter_rows(named=True)}
    for project, begun in start.items():
        row = projects[project]
        end = begun + row["build_years"]
        for year in roadmap.years:
            built = outlay(row, year, outlays) if begun <= year < end else 0.0
            total -= price * factor[year] * (built + (yearly(row) if year >= end else 0.0))
    cost = dict(roadmap.training.select("occupation", "cost").iter_rows())
    for (occupation, year), units in (training or {}).items():
        total -= price * factor[year] * units * cost[occupation]
    return total - _lost(roadmap, start)


def _factors(roadmap: Roadmap) -> dict[int, float]:
    rate, first = roadmap.settings.discount_rate, roadmap.years[0]
    return {year: (1 + rate) ** -(year - first) for year in roadmap.years}


def years_ahead(roadmap: Roadmap, year: int) -> dict[int, float]:
    """Return the years for which a plan year stands, and what each counts against it: itself, as a rule."""
    after = roadmap.settings.years_after if year == roadmap.years[-1] else 0
    return {year + k: (1 + roadmap.settings.discount_rate) ** -k for k in range(after + 1)}


def part_felt(roadmap: Roadmap, year: int, since: int, rollout: int) -> float:
    """Return which part of an effect counts in a plan year: its mean over the years that this stands for."""
    after = roadmap.settings.years_after if year == roadmap.years[-1] else 0
    return _part_felt(after, roadmap.settings.discount_rate, year - since, rollout)


@lru_cache(maxsize=1 << 12)  # asked of every effect of every project, and few answers differ
def _part_felt(after: int, rate: float, since: int, rollout: int) -> float:
    weights = {k: (1 + rate) ** -k for k in range(after + 1)}
    parts = sum(weight * min(max(since + k + 1, 0), rollout) / rollout for k, weight in weights.items())
    return parts / sum(weights.values())


def _reached(roadmap: Roadmap, start: Mapping[str, int]) -> dict[tuple[str, str], dict[int, float]]:
    """What is closed of each gap that some chosen project affects, in each year, up to its ceiling."""
    projects = {row["project"]: row for row in roadmap.projects.iter_rows(named=True)}
    effects: dict[tuple[str, str], list[tuple[int, float, int]]] = defaultdict(list)
    columns = ("project", "indicator", "effect", "lag", "rollout")
    for project, indicator, effect, lag, rollout in roadmap.effects.select(columns).iter_rows():
        if project in start:
            row = projects[project]
            since = start[project] + row["build_years"] + lag
            effects[row["city"], indicator].append((since, effect, rollout))
    reached = {}
    for key, (_, ceiling) in gap_worth(roadmap).items():
        if key in effects:
            reached[key] = {
                year: min(
                    sum(
                        effect * part_felt(roadmap, year, since, rollout)
                        for since, effect, rollout in effects[key]
                    ),
                    ceiling,
                )
                for year in roadmap.years
            }
    return reached


def _curved(curve: list[tuple[Any, ...]], left: float) -> float:
    """Return the curve of worth (rows of width and slope) at what is closed."""
    total = 0.0
    for width, slope in curve:
        total += slope * min(left, width)
        left -= min(left, width)
    return total


def gap_worth(roadmap: Roadmap) -> dict[tuple[str, str], tuple[float, float]]:
    """Return weight of city and indicator x need, and the ceiling, of each gap."""
    city = dict(roadmap.cities.select("city", "weight").iter_rows())
    weight = dict(roadmap.indicators.select("indicator", "weight").iter_rows())
    rows = roadmap.gaps.select("city", "indicator", "need", "ceiling").iter_rows()
    return {(c, i): (city[c] * weight[i] * need, ceiling) for c, i, need, ceiling in rows}


# What is missed


def closing_terms(roadmap: Roadmap) -> dict[tuple[str, str], float]:
    """Return what each gap counts in its city's closing: the terms of a city sum to 1."""
    weight = dict(roadmap.indicators.select("indicator", "weight").iter_rows())
    terms = {
        (c, i): weight[i] * need for c, i, need in roadmap.gaps.select("city", "indicator", "need").rows()
    }
    whole: dict[str, float] = defaultdict(float)
    for (city, _), term in terms.items():
        whole[city] += term
    return {key: term / whole[key[0]] for key, term in terms.items() if whole[key[0]] > 0}


def parity_weights(roadmap: Roadmap, region: str, share: float) -> dict[str, float]:
    """Return what each city counts in a rule of parity: share x mean of all - mean of the region."""
    home = dict(roadmap.cities.select("city", "region").iter_rows())
    counted = {city for city, _ in closing_terms(roadmap)}
    inside = {city for city in counted if home[city] == region}
    return {city: share / len(counted) - (1 / len(inside) if city in inside else 0.0) for city in counted}


def recomputed_shortfalls(
    roadmap: Roadmap, start: Mapping[str, int]
) -> Iterator[tuple[str, str, str, float]]:
    """Yield what a plan misses: kind, place, what, amount (1 for a standard or a soft prerequisite)."""
    build = dict(roadmap.projects.select("project", "build_years").iter_rows())
    city = dict(roadmap.projects.select("project", "city").iter_rows())
    ready: dict[str, list[int]] = defaultdict(list)
    for standard, project in roadmap.covers.iter_rows():
        if project in start:
            ready[standard].append(start[project] + build[project] - 1)
    for standard, place, deadline in roadmap.standards.select("standard", "city", "deadline").iter_rows():
        if not any(end <= deadline for end in ready[standard]):
            yield "standard", place, standard, 1.0
    if roadmap.fairness.height:
        yield from _lacking(roadmap, start)
    for project, requires, lag in roadmap.soft_prerequisites.select("project", "requires", "lag").iter_rows():
        if project in start:
            begun = start.get(requires)
            if begun is None or begun + build[requires] + lag > start[project]:
                yield "prerequisite", city[project], f"{project}<-{requires}", 1.0


def _lacking(roadmap: Roadmap, start: Mapping[str, int]) -> Iterator[tuple[str, str, str, float]]:
    closing: dict[str, float] = defaultdict(float)
    terms, last = closing_terms(roadmap), roadmap.years[-1]
    curve = roadmap.curve.sort("segment").select("width", "slope").rows()
    for key, by_year in _reached(roadmap, start).items():
        closing[key[0]] += terms.get(key, 0.0) * _curved(curve, by_year[last])
    for rule, place, share in roadmap.fairness.select("rule", "place", "share").iter_rows():
        if rule == "least_closing":
            amount = share - closing[place]
        else:
            weights = parity_weights(roadmap, place, share)
            amount = sum(weight * closing[city] for city, weight in weights.items())
        if amount > _LEAST:
            yield rule, place, "closing", amount


def _lost(roadmap: Roadmap, start: Mapping[str, int]) -> float:
    """What the objective loses by what is missed."""
    loss: dict[str, Any] = {
        f"{project}<-{requires}": loss_of_one
        for project, requires, _, loss_of_one in roadmap.soft_prerequisites.iter_rows()
    }
    price = roadmap.settings.shortfall_price
    return sum(
        loss[what] if kind == "prerequisite" else price * amount
        for kind, _, what, amount in recomputed_shortfalls(roadmap, start)
    )
