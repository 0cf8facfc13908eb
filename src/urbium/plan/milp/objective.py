"""What a choice of start years is worth and costs, computed directly from the roadmap's arrays."""

from dataclasses import dataclass

import numpy as np

from urbium.plan.variables import Floats, Integers, Variables

_HALF = 0.5


def starts_of(lay: Variables, x: Floats) -> Integers:
    """Read the start year index of each project off the start variables; -1 for never."""
    padded = np.append(x[: lay.starts], 0.0)
    chosen = (padded[lay.start] > _HALF) & (np.arange(lay.years) <= lay.last_start[:, None])
    return np.where(chosen.any(axis=1), chosen.argmax(axis=1), -1)


def training_of(lay: Variables, x: Floats) -> Integers:
    """Read the units of training off their variables: (training rows, years)."""
    return np.asarray(np.rint(x[lay.training]), dtype=np.int64)


def attained(lay: Variables, start: Integers) -> Floats:
    """Return the summed effects on each gap in each year, before any ceiling: (gaps, years)."""
    project, gap, effect, wait = lay.links
    begun = start[project]
    real = begun >= 0
    reached = np.zeros((lay.gaps.height, lay.years))
    first, share = lay.felt((begun + wait)[real])
    np.add.at(reached, (gap[real], first), effect[real] * share)
    return np.cumsum(reached, axis=1)


def curved(lay: Variables, gap: Integers, reached: Floats) -> Floats:
    """Return the worth curve of what is closed, by row of ``gap`` and year."""
    widths = lay.widths[gap]
    begins = np.cumsum(widths, axis=1) - widths
    parts = np.clip(reached[:, :, None] - begins[:, None, :], 0.0, widths[:, None, :])
    return np.asarray(parts @ lay.slopes)


def _worth(lay: Variables, gap: Integers) -> Floats:
    """Discounted worth of a unit of the curve, by row of ``gap`` and year."""
    return np.asarray(lay.gaps["worth"].to_numpy()[gap, None] * lay.year_worth)


def closings(lay: Variables, start: Integers) -> Floats:
    """Return the closing of each city in the last year, as fairness measures it: (cities,)."""
    every = np.arange(lay.gaps.height)
    last = curved(lay, every, attained(lay, start)[:, -1:])[:, 0]
    city = lay.city_number(lay.gaps["city"])
    by_city = np.zeros(lay.roadmap.cities.height)
    np.add.at(by_city, city, lay.closing_share * last)
    return by_city


def spending(lay: Variables, start: Integers) -> tuple[Floats, Floats]:
    """Return capital and yearly costs of each project and year: two (projects, years) arrays."""
    year = np.arange(lay.years)[None, :]
    begun = start[:, None]
    built = (begun >= 0) & (year >= begun) & (year < begun + lay.build[:, None])
    runs = (begun >= 0) & (year >= begun + lay.build[:, None])
    return built * lay.outlay, runs * lay.yearly[:, None]


@dataclass(frozen=True)
class Shortfalls:
    """What a choice of start years misses: standards (0 or 1), fairness, soft prerequisites (0 or 1)."""

    missed: Floats
    lacking: Floats
    loose: Floats

    def loss(self, lay: Variables) -> float:
        """What the objective loses by them."""
        price = lay.roadmap.settings.shortfall_price
        soft = lay.roadmap.soft_prerequisites["loss"].to_numpy()
        return float(price * (self.missed.sum() + self.lacking.sum()) + self.loose @ soft)


def shortfalls(lay: Variables, start: Integers) -> Shortfalls:
    """Return what start years miss of standards, fairness and soft prerequisites."""
    loose = _loose(lay, start)
    road = lay.roadmap
    missed = (_covering(lay, start) == 0).astype(float)
    lacking = np.zeros(road.fairness.height)
    if len(lacking):
        closing = closings(lay, start)
        row, city, share = lay.least_closing
        lacking[row] = np.maximum(share - closing[city], 0.0)
        row, weight = lay.parity
        lacking[row] = np.maximum(weight @ closing, 0.0)
    return Shortfalls(missed, lacking, loose)


def _in_time(lay: Variables, start: Integers) -> tuple[Integers, Integers]:
    """Standard and project of each row of ``covers`` whose project is finished by the deadline."""
    standard, project, deadline = lay.covers
    met = (start[project] >= 0) & (start[project] + lay.build[project] - 1 <= deadline)
    return standard[met], project[met]


def _covering(lay: Variables, start: Integers) -> Integers:
    """How many projects meet each standard."""
    return np.bincount(_in_time(lay, start)[0], minlength=lay.roadmap.standards.height)


def _loose(lay: Variables, start: Integers) -> Floats:
    """1 for each soft prerequisite that is not finished when its project starts, else 0."""
    soft = lay.roadmap.soft_prerequisites
    after, before = lay.numbers(soft["project"]), lay.numbers(soft["requires"])
    ready = start[before] + lay.build[before] + soft["lag"].to_numpy().astype(np.int64)
    lacks = (start[after] >= 0) & ((start[before] < 0) | (ready > start[after]))
    return np.asarray(lacks, dtype=float)


def objective(lay: Variables, start: Integers, training: Integers | None = None) -> float:
    """Return the plan's objective: weighted discounted gap closed, less spending, less what is missed.

    Premiums of the layout count too. ``training`` are the units bought, (training rows, years); none when
    left out.
    """
    capital, yearly = spending(lay, start)
    every = np.arange(lay.gaps.height)
    closed = (curved(lay, every, attained(lay, start)) * _worth(lay, every)).sum()
    spent = ((capital + yearly) @ lay.discount).sum()
    if training is not None:
        spent += lay.price_of_training @ training @ lay.discount
    lost = lay.roadmap.settings.spending_price * spent + shortfalls(lay, start).loss(lay)
    return float(closed - lost + _premium(lay, start).sum())


def _premium(lay: Variables, start: Integers) -> Floats:
    """Return the premium of each project at its start year; 0 for what is not chosen."""
    premium = lay.premium[np.arange(len(start)), np.maximum(start, 0)]
    return np.where(start >= 0, premium, 0.0)


def worth_by_project(lay: Variables, start: Integers) -> Floats:
    """Return what each chosen project adds last: the objective lost when it alone (nothing else) goes."""
    project, gap, effect, wait = lay.links
    reached = attained(lay, start)
    lost, closing = np.zeros(len(start)), np.zeros(len(start))
    begun = start[project]
    real = np.flatnonzero(begun >= 0)
    pair, where = np.unique(project[real] * max(lay.gaps.height, 1) + gap[real], return_inverse=True)
    owner, gaps = pair // max(lay.gaps.height, 1), pair % max(lay.gaps.height, 1)
    own = np.zeros((len(pair), lay.years))
    first, share = lay.felt(begun[real] + wait[real])
    np.add.at(own, (where, first), effect[real] * share)
    less = reached[gaps] - np.cumsum(own, axis=1)
    difference = curved(lay, gaps, reached[gaps]) - curved(lay, gaps, less)
    np.add.at(lost, owner, (difference * _worth(lay, gaps)).sum(axis=1))
    np.add.at(closing, owner, lay.closing_share[gaps] * difference[:, -1])
    capital, yearly = spending(lay, start)
    lost -= lay.roadmap.settings.spending_price * ((capital + yearly) @ lay.discount)
    return lost + _promises(lay, start, closing) + _premium(lay, start)


def _promises(lay: Variables, start: Integers, closing: Floats) -> Floats:
    """What each project keeps from being missed; ``closing`` is what its city's closing has of it alone."""
    road, kept = lay.roadmap, np.zeros(len(start))
    price = road.settings.shortfall_price
    standard, project = _in_time(lay, start)
    alone = _covering(lay, start)[standard] == 1
    np.add.at(kept, project[alone], price)
    soft = road.soft_prerequisites
    loose, loss = _loose(lay, start), soft["loss"].to_numpy()
    after, before = lay.numbers(soft["project"]), lay.numbers(soft["requires"])
    served = (start[after] >= 0) & (loose == 0)
    np.add.at(kept, before[served], loss[served])
    np.add.at(kept, after, -loss * loose)
    if road.fairness.height:
        now = closings(lay, start)
        for city, share in zip(*lay.least_closing[1:], strict=True):
            alone_closed = (lay.city == city) * closing
            kept += price * (np.maximum(share - now[city] + alone_closed, 0) - max(share - now[city], 0.0))
        for weight in lay.parity[1]:
            lead = float(weight @ now)
            kept += price * (np.maximum(lead - weight[lay.city] * closing, 0) - max(lead, 0.0))
    return np.where(start >= 0, kept, 0.0)
