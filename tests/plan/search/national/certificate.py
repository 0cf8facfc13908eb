"""An independent check of a national plan: every row, the worth, and the arithmetic of the bound.

Only the instance's arrays and numpy are used: neither the solver nor the compiled evaluator. Money is split
by the same rule, written a second time. The bound is added up from the prices
and the cities' bounds; that a city's bound holds at the prices is the solver's work and is not done again.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from urbium.plan.search.national.incumbent import NationalPlan
from urbium.plan.search.national.instance import Floats, Instance, Integers

_TOLERANCE = 1e-6
"""Largest violation, as a share of the limit or of one."""


@dataclass(frozen=True)
class NationalCertificate:
    """What the check found.

    Parameters
    ----------
    violations : by name of the rule, the largest violation (as a share of the limit); 0 when kept
    value, bound : recomputed
    tolerance : up to which a violation is rounding
    """

    violations: dict[str, float]
    value: float
    bound: float
    tolerance: float = _TOLERANCE

    @property
    def faults(self) -> dict[str, float]:
        """The rules that are broken, and by how much."""
        return {name: size for name, size in self.violations.items() if not size <= self.tolerance}

    @property
    def is_valid(self) -> bool:
        """Whether every rule is kept, the worth is as claimed, and the bound adds up."""
        return not self.faults

    def __repr__(self) -> str:
        state = "valid" if self.is_valid else f"not valid: {', '.join(self.faults)}"
        figures = f"worth {self.value:,.4f}, bound {self.bound:,.4f}"
        return f"Certificate of {len(self.violations)} rules, {state}; {figures}"


def certify_national(instance: Instance, plan: NationalPlan) -> NationalCertificate:
    """Check a plan of anybody against an instance.

    Parameters
    ----------
    plan : its start years, training, value, bound, prices and city bounds are checked; its history is not
    """
    if not _has_shape(instance, plan):
        return NationalCertificate({"shapes": np.inf}, np.nan, np.nan)
    audit = _Audit(instance, plan.start, plan.training)
    violations = audit.choices()
    if any(size > 0 for size in violations.values()):
        return NationalCertificate(violations, np.nan, np.nan)
    closing, reached = audit.closings()
    owed = audit.shortfalls(reached)
    value = float((instance.cities.worth * (closing @ instance.nation.year_weight)).sum())
    prices = {"region": instance.nation.region_price}
    value -= sum(prices.get(kind, instance.nation.shortfall_price) * owed[kind] for kind in owed)
    value += audit.premiums() - audit.unkept_wishes() - audit.spending()
    violations |= audit.places() | audit.money()
    bound = _bound(instance, plan.prices, plan.city_bounds)
    scale = max(abs(value), 1.0)
    named = {kind: sum(s.amount for s in plan.shortfalls if s.kind == kind) for kind in owed}
    violations["worth as claimed"] = abs(value - plan.value) / scale
    violations["shortfalls as named"] = max(abs(named[kind] - owed[kind]) for kind in owed)
    violations["bound adds up"] = (bound - plan.bound) / scale
    violations["bound not below the worth"] = (value - plan.bound) / scale
    violations = {name: max(size, 0.0) if np.isfinite(size) else np.inf for name, size in violations.items()}
    return NationalCertificate(violations, value, bound)


def _has_shape(instance: Instance, plan: NationalPlan) -> bool:
    shapes = (
        (plan.start, (len(instance.projects.city),)),
        (plan.training, (instance.occupations, instance.years)),
        (plan.prices, (instance.rows,)),
        (plan.city_bounds, (instance.count,)),
    )
    return all(array.shape == shape for array, shape in shapes) and all(
        np.issubdtype(array.dtype, np.integer) for array in (plan.start, plan.training)
    )


def _bound(instance: Instance, prices: Floats, city_bounds: Floats) -> float:
    """Add up the bound; prices that prove nothing make it infinite."""
    nation, years = instance.nation, instance.years
    last = len(prices) - len(instance.regions)
    if (prices < 0).any() or (prices[last:] > nation.region_price * (1 + 1e-12)).any():
        return float("inf")
    places = prices[2 * years : last].reshape(-1, years)
    total = float(city_bounds.sum() + prices[:years] @ nation.budget + (places * nation.pool).sum())
    for k in range(instance.occupations):
        for t in range(years):
            gain = nation.training_places[k] * places[k, t + nation.training_lag :].sum()
            total += nation.training_most[k] * max(0.0, gain - nation.training_cost[k] * prices[t])
    return total


class _Audit:
    """Start years and training laid out by year, from the raw arrays."""

    def __init__(self, instance: Instance, start: Integers, training: Integers) -> None:
        self.instance, self.start, self.training = instance, start, training
        self.chosen = start >= 0
        p, year = instance.projects, np.arange(instance.years)
        end = start + p.duration
        self.is_built = self.chosen[:, None] & (year >= start[:, None]) & (year < end[:, None])
        self.is_done = self.chosen[:, None] & (year >= end[:, None])
        self.is_taught = self.chosen[:, None] & (year >= (end + instance.nation.teaching_lag)[:, None])

    def by_city(self, yearly: Floats) -> Floats:
        """Add up (P, ...) by city."""
        total = np.zeros((self.instance.count, *yearly.shape[1:]))
        np.add.at(total, self.instance.projects.city, yearly)
        return total

    def choices(self) -> dict[str, float]:
        """Count what breaks windows, prerequisites, exclusions and the units of training."""
        i, p = self.instance, self.instance.projects
        outside = self.chosen & ((self.start < p.earliest) | (self.start > p.latest))
        before, after, lag = i.needs.T
        ready = np.where(self.chosen[before], self.start[before] + p.duration[before] + lag, i.years + 1)
        late = self.chosen[after] & (self.start[after] < ready)
        groups = (
            np.bincount(i.exclusive[:, 0], self.chosen[i.exclusive[:, 1]])
            if len(i.exclusive)
            else np.zeros(1)
        )
        met = self.met()
        units = (self.training < 0) | (self.training > i.nation.training_most[:, None])
        return {
            "start years": float((outside | (self.start < -1)).sum()),
            "prerequisites": float(late.sum()),
            "exclusions": float((groups > 1).sum()),
            "training": float(units.sum()),
            "standards that are due": float((~met & i.is_due).sum()),
        }

    def closings(self) -> tuple[Floats, Floats]:
        """(C, I, T) worth of the closings, and (C,) closing of the last year."""
        nation = self.instance.nation
        p, year = self.instance.projects, np.arange(self.instance.years)
        ready = (self.start + p.duration)[:, None] + p.effect_lag
        attained = np.zeros((self.instance.count, self.instance.indicators, self.instance.years))
        for j in np.flatnonzero(self.chosen):
            come = np.clip((year - ready[j][:, None] + 1) / p.rollout[j][:, None], 0.0, 1.0)
            attained[p.city[j]] += p.effect[j][:, None] * come
        attained = np.minimum(attained, self.instance.cities.ceiling[:, :, None])
        worth, begin = np.zeros_like(attained), 0.0
        for width, slope in zip(nation.width, nation.slope, strict=True):
            worth += slope * np.clip(attained - begin, 0.0, width)
            begin += width
        return worth, (self.instance.cities.weight * worth[:, :, -1]).sum(axis=1)

    def met(self) -> npt.NDArray[np.bool_]:
        """(D,) whether a project that covers a standard is finished before its deadline."""
        i = self.instance
        standard, project = i.covers.T
        end = self.start[project] + i.projects.duration[project]
        in_time = self.chosen[project] & (end <= i.standards[standard, 1])
        return np.asarray(np.bincount(standard, in_time, minlength=len(i.standards)) > 0)

    def unkept_wishes(self) -> float:
        """Worth lost by projects that were started without what they wish for."""
        i = self.instance
        before, after, lag = i.wishes.T
        ready = self.start[before] + i.projects.duration[before] + lag
        is_kept = self.chosen[before] & (ready <= self.start[after])
        return float(i.wish_price[self.chosen[after] & ~is_kept].sum())

    def premiums(self) -> float:
        """Worth of the years in which projects start."""
        project = np.flatnonzero(self.chosen)
        return float(self.instance.projects.premium[project, self.start[project]].sum())

    def spending(self) -> float:
        """Worth lost by what is spent."""
        p = self.instance.projects
        spent = (p.cost / p.duration)[:, None] * self.is_built + p.operation[:, None] * self.is_done
        return float((spent @ self.instance.nation.spending_price).sum())

    def shortfalls(self, reached: Floats) -> dict[str, float]:
        """Amounts of the shortfalls that are allowed at a price, by kind."""
        i = self.instance
        regional = np.bincount(i.cities.region, reached, minlength=len(i.regions)) * i.count / i.regions
        return {
            "standard": float((~self.met() & ~i.is_due).sum()),
            "closing": float(np.maximum(i.cities.least_closing - reached, 0.0).sum()),
            "region": float(np.maximum(i.nation.parity * reached.sum() - regional, 0.0).sum()),
        }

    def places(self) -> dict[str, float]:
        """Places drawn from the nation beyond its pool and those trained."""
        i, p, nation = self.instance, self.instance.projects, self.instance.nation
        wanted = self.by_city(p.staff[:, :, None] * self.is_built[:, None, :])
        wanted += self.by_city(p.running[:, :, None] * self.is_done[:, None, :])
        taught = self.by_city(p.teaching[:, :, None] * self.is_taught[:, None, :])
        drawn = np.maximum(wanted - taught - i.cities.pool, 0.0).sum(axis=0)
        trained = np.zeros_like(nation.pool)
        lag = min(nation.training_lag, i.years)
        trained[:, lag:] = (
            np.cumsum(self.training, axis=1)[:, : i.years - lag] * nation.training_places[:, None]
        )
        over = (drawn - nation.pool - trained) / np.maximum(nation.pool, 1.0)
        return {"places": float(np.max(over, initial=0.0))}

    def money(self) -> dict[str, float]:
        """What no split of the money can pay: by the cities' sources, and by the nation and from abroad."""
        i, p, nation = self.instance, self.instance.projects, self.instance.nation
        yearly = (p.cost / p.duration)[:, None] * self.is_built
        spent, operated = self.by_city(yearly), self.by_city(p.operation[:, None] * self.is_done)
        private, foreign, national, outside, with_private, with_foreign, besides = (
            self.by_city(share[:, None] * yearly)
            for share in (
                p.private, p.foreign, p.national, p.outside, p.private_national, p.foreign_national,
                p.besides,
            )
        )  # fmt: skip
        own = np.minimum(i.cities.budget - operated, spent)
        lasting = self.by_city((p.operation * (self.start >= 0))[:, None])[:, 0]
        gap = np.maximum(spent - own, 0.0)
        most = np.minimum(private, gap)
        beyond = gap - np.minimum(national, nation.national_share * spent)
        due = np.clip(np.maximum(beyond - foreign, gap - with_foreign), 0.0, most)
        allowed = np.minimum(i.private_limits, spent.sum(axis=1))
        scale = np.maximum(i.cities.budget, 1.0)
        lacks = [
            np.maximum(beyond - foreign, gap - with_foreign) - most,
            beyond - np.minimum(foreign + most, outside), gap - with_private - foreign, gap - besides,
        ]  # fmt: skip
        found = {
            "operation": float(np.max(np.maximum(-own, 0.0) / scale)),
            "upkeep": float(np.max((lasting - i.cities.upkeep) / np.maximum(i.cities.upkeep, 1.0))),
            "city money": float(np.max(lacks[0] / scale)),
            "money from outside": float(np.max(np.maximum.reduce(lacks[1:]) / scale)),
            "private money": float(np.max((due.sum(axis=1) - allowed) / np.maximum(allowed, 1.0))),
        }
        paid = due.copy()  # the rest that private partners may pay goes to the earliest years
        for t in range(i.years):
            left = np.maximum(allowed - paid.sum(axis=1), 0.0)
            paid[:, t] += np.minimum(most[:, t] - paid[:, t], left)
        need = gap - paid
        ceiling = np.clip(np.minimum(foreign, outside - paid), 0.0, need)
        by_nation = np.minimum(np.minimum(national, nation.national_share * spent), with_private - paid)
        least = np.maximum(need - by_nation, 0.0)
        found["split of the rest"] = float(np.max((least - ceiling) / scale))
        forced = np.minimum(least, ceiling).sum(axis=0)
        abroad = nation.foreign_share * spent.sum(axis=0)
        taken = np.maximum(np.minimum(ceiling.sum(axis=0), abroad), forced)
        cost = nation.training_cost @ self.training
        scale = np.maximum(nation.budget, 1.0)
        found["national budget"] = float(np.max((need.sum(axis=0) - taken + cost - nation.budget) / scale))
        found["foreign share"] = float(np.max((forced - abroad) / np.maximum(abroad, 1.0)))
        return found
