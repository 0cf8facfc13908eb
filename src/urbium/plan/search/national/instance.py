"""A national planning problem as plain arrays: cities with candidate projects, and what they share.

Here are the fields with meaning, shape and unit, and the checks of input. How a plan is worth and what it
uses is :mod:`urbium.plan.search.national.evaluate`; the joining to roadmap tables is not here.

Shapes are written with P projects, C cities, T years, I indicators, K occupations and R regions. Years are
counted from 0. Money is in one unit throughout (million), people in full-time places.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from urbium.errors import Fault, refuse
from urbium.text import Text, coded, text

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_SIGNED = {"projects.latest", "projects.premium"}
"""Figures that may lie below 0."""
_MOVE, _REPAID = 1.2e-7, 1.8
"""Work of a move for each year of its city, and how much more it takes where money is repaid."""


@dataclass(frozen=True)
class ProjectArrays:
    """Candidate projects of all cities, ordered by city, prerequisites before what requires them.

    Parameters
    ----------
    city : (P,) number of the city
    duration : (P,) years of building, at least 1
    earliest, latest : (P,) start years allowed; ``latest < earliest`` forbids the project
    cost : (P,) capital in all, spent evenly over the duration
    operation : (P,) money of each year after completion, paid by the city
    private, foreign, national : (P,) largest shares of the capital from private partners (with domestic
        banks), from foreign funds and from the nation, 0 to 1; the city may pay all
    outside, private_national, foreign_national, besides : (P,) the same of private and foreign money
        together, of private and the nation's, of foreign and the nation's, and of all three
    effect : (P, I) rise of each indicator's closing in the end, at least 0
    effect_lag, rollout : (P, I) whole years from completion to the first part of the effect, and over which
        it comes in equal parts, at least 1
    staff, running : (P, K) places needed in each year of building, and in each after it
    teaching : (P, K) places added to the city's own pool, ``teaching_lag`` years after completion
    premium : (P, T) worth of starting in a year, beside what the project does; may be below 0
    """

    city: Integers
    duration: Integers
    earliest: Integers
    latest: Integers
    cost: Floats
    operation: Floats
    private: Floats
    foreign: Floats
    national: Floats
    outside: Floats
    private_national: Floats
    foreign_national: Floats
    besides: Floats
    effect: Floats
    effect_lag: Integers
    rollout: Integers
    staff: Floats
    running: Floats
    teaching: Floats
    premium: Floats

    def __len__(self) -> int:
        """How many projects there are, P."""
        return len(self.city)


@dataclass(frozen=True)
class Cities:
    """What each city has, and what it owes.

    Parameters
    ----------
    region : (C,) number of the region, 0 to R - 1
    budget : (C, T) own money of each year, for capital and operation
    upkeep : (C,) own money of each year after the last, for the operation of all that is built
    pool : (C, K, T) own places of each occupation
    worth : (C, I) worth of an indicator that is closed from the first year to the last
    weight : (C, I) shares of the indicators in the city's closing; each row sums to one, or to less where
        nothing is known to close some of them
    ceiling : (C, I) closing of an indicator beyond which nothing counts, 0 to 1
    least_closing : (C,) closing that is due in the last year, 0 to 1
    """

    region: Integers
    budget: Floats
    upkeep: Floats
    pool: Floats
    worth: Floats
    weight: Floats
    ceiling: Floats
    least_closing: Floats


@dataclass(frozen=True)
class Nation:
    """What the cities share.

    Parameters
    ----------
    budget : (T,) national money of each year, for projects and training
    pool : (K, T) national places of each occupation, lent to cities by the year; without any, and without
        training, a city's own places are a limit that no plan exceeds
    training_cost, training_places : (K,) money for one unit of training, and the places it adds from
        ``training_lag`` years later on
    training_most : (K,) most units of training in a year
    at_start : (K,) whether places are needed in the year of a project's start only, however long it is built:
        a limit on starts is written so, each start needing one place
    training_lag, teaching_lag : years from national training, and from a finished teaching project, to places
    national_share : largest share of a city's capital in a year that the nation pays, 0 to 1
    private_share : largest share of a city's budgets over all years that private partners may pay, 0 or more;
        infinite where they may pay all of it
    foreign_share : largest share of foreign money in the capital of all cities in a year, 0 to 1
    parity : least mean closing of a region, as a share of the mean closing of the nation, 0 to 1
    year_weight : (T,) weight of each year in the worth, summing to one
    late : (L,) share of an effect in the last year that comes 0, 1 ... L - 1 years after it, falling from one
    spending_price : (T,) worth lost for each unit of money spent in a year, by whomever
    width, slope : (S,) the segments of the worth of a closing; slopes fall, widths sum to one
    shortfall_price, region_price : worth lost for each standard that a city misses and each unit that a
        closing falls short, and for each unit that a region's row does: such a plan is allowed, and its
        shortfalls are named
    """

    budget: Floats
    pool: Floats
    training_cost: Floats
    training_places: Floats
    training_most: Integers
    at_start: npt.NDArray[np.bool_]
    training_lag: int
    teaching_lag: int
    national_share: float
    private_share: float
    foreign_share: float
    parity: float
    year_weight: Floats
    spending_price: Floats
    width: Floats
    slope: Floats
    shortfall_price: float
    region_price: float
    late: Floats = field(default_factory=lambda: np.ones(1))


@dataclass(frozen=True)
class Instance:
    """A national planning problem.

    Parameters
    ----------
    projects, cities, nation : see there
    needs : (N, 3) rows of prerequisite, project, lag: the project starts at the earliest ``lag`` years after
        the prerequisite is finished
    exclusive : (M, 2) rows of group and project; at most one project of a group is chosen
    standards : (D, 2) rows of city and deadline
    is_due : (D,) a standard that must be met; others may be missed at the price of a shortfall
    covers : (L, 2) rows of standard and project: a standard is met when one of its projects is finished
        before its deadline
    wishes : (W, 3) rows like those of ``needs``, which need not be kept
    wish_price : (W,) worth lost when a project is started though its wish is not kept
    repaid : (2, 2, T, T + N) share of private and of foreign money that its city repays, by year of drawing
        and of payment: those of the plan, and N years after it that bind; at least (0) and at most (1) so
        much, where the funds of a kind differ; nothing in the year of drawing; (2, 2, 0, 0) for none
    lasting : (C, N) own money for operation and repayments in those years after the plan

    Raises
    ------
    InputError
        With every fault named, when arrays do not fit together.
    """

    projects: ProjectArrays
    cities: Cities
    nation: Nation
    needs: Integers
    exclusive: Integers
    standards: Integers
    is_due: npt.NDArray[np.bool_]
    covers: Integers
    wishes: Integers
    wish_price: Floats
    repaid: Floats = field(default_factory=lambda: np.zeros((2, 2, 0, 0)))
    lasting: Floats = field(default_factory=lambda: np.zeros((0, 0)))

    def __post_init__(self) -> None:
        faults = [Fault("error", message, remedy) for message, remedy in _faults(self)]
        refuse(
            faults,
            "instance",
            coded("plan.instance.wrong", "the national instance is not valid"),
            text("correct each of those listed"),
        )

    @property
    def years(self) -> int:
        """Number of years, T."""
        return len(self.nation.budget)

    @property
    def occupations(self) -> int:
        """Number of occupations, K."""
        return int(self.nation.pool.shape[0])

    @property
    def indicators(self) -> int:
        """Number of indicators, I."""
        return int(self.cities.worth.shape[1])

    @property
    def count(self) -> int:
        """Number of cities, C."""
        return len(self.cities.region)

    @cached_property
    def regions(self) -> Integers:
        """(R,) number of cities of each region."""
        return np.bincount(self.cities.region).astype(np.int64)

    @cached_property
    def first(self) -> Integers:
        """(C + 1,) where each city's projects begin."""
        return np.searchsorted(self.projects.city, np.arange(self.count + 1)).astype(np.int64)

    @cached_property
    def private_limits(self) -> Floats:
        """(C,) what private partners may pay in each city over all years; infinite without a limit."""
        share = self.nation.private_share
        return np.full(self.count, np.inf) if np.isinf(share) else share * self.cities.budget.sum(axis=1)

    @cached_property
    def is_lent(self) -> npt.NDArray[np.bool_]:
        """(K,) whether the nation can have places of an occupation to lend."""
        nation = self.nation
        return np.asarray(nation.pool.any(axis=1) | (nation.training_most * nation.training_places > 0))

    @property
    def is_repaid(self) -> bool:
        """Whether cities repay anything."""
        return self.repaid.size > 0

    @property
    def move_work(self) -> float:
        """Work of a move of the search, which judges a city anew."""
        return _MOVE * self.years * (_REPAID if self.is_repaid else 1.0)

    @property
    def rows(self) -> int:
        """Number of rows that couple the cities: budgets, foreign shares, places, regions."""
        return (2 + self.occupations) * self.years + len(self.regions)

    def __repr__(self) -> str:
        cities, projects = self.count, len(self.projects.city)
        return f"National instance of {cities:,} cities, {projects:,} projects and {self.years} years"


def sample(instance: Instance, chosen: Integers) -> Instance:
    """Return the problem of some cities alone, with their part of what is shared by cost.

    Parameters
    ----------
    chosen : city numbers, rising; regions keep their numbers, and those without a city are dropped

    The nation's money and places are scaled by the share of the chosen cities in the cost of all candidates.
    """
    old = instance.projects
    keep = np.isin(old.city, chosen)
    # by cost and not by number: a few large cities take most of what is shared
    part = float(old.cost[keep].sum() / max(old.cost.sum(), 1e-12))
    project = np.cumsum(keep) - 1
    arrays = {item.name: getattr(old, item.name)[keep] for item in fields(ProjectArrays)}
    arrays["city"] = np.searchsorted(chosen, arrays["city"])
    cities = Cities(**{item.name: getattr(instance.cities, item.name)[chosen] for item in fields(Cities)})
    cities = replace(cities, region=np.unique(cities.region, return_inverse=True)[1].astype(np.int64))
    nation = replace(
        instance.nation,
        **{
            name: getattr(instance.nation, name) * part
            for name in ("budget", "pool", "training_cost", "training_places")
        },
    )
    kept = np.isin(instance.standards[:, 0], chosen)
    standards = instance.standards[kept].copy()
    standards[:, 0] = np.searchsorted(chosen, standards[:, 0])
    own_wish = keep[instance.wishes[:, 1]]
    wishes = instance.wishes[own_wish]
    needs, exclusive = instance.needs[keep[instance.needs[:, 1]]], instance.exclusive
    exclusive, covers = exclusive[keep[exclusive[:, 1]]], instance.covers[keep[instance.covers[:, 1]]]
    return Instance(
        ProjectArrays(**arrays),
        cities,
        nation,
        needs=np.column_stack([project[needs[:, 0]], project[needs[:, 1]], needs[:, 2]]),
        wishes=np.column_stack([project[wishes[:, 0]], project[wishes[:, 1]], wishes[:, 2]]),
        wish_price=instance.wish_price[own_wish],
        is_due=instance.is_due[kept],
        exclusive=np.column_stack([exclusive[:, 0], project[exclusive[:, 1]]]),
        standards=standards,
        covers=np.column_stack([(np.cumsum(kept) - 1)[covers[:, 0]], project[covers[:, 1]]]),
        repaid=instance.repaid,
        lasting=instance.lasting[chosen] if instance.is_repaid else instance.lasting,
    )


def _shapes(instance: Instance) -> Iterator[tuple[str, Any, tuple[int, ...]]]:
    """Name each array with the shape it must have."""
    p, c, n = instance.projects, instance.cities, instance.nation
    projects, cities, years = len(p.city), len(c.region), len(n.budget)
    indicators, occupations = c.worth.shape[-1], n.pool.shape[0]
    last = dict.fromkeys(("effect", "effect_lag", "rollout"), (indicators,))
    last |= dict.fromkeys(("staff", "running", "teaching"), (occupations,)) | {"premium": (years,)}
    for item in fields(ProjectArrays):
        yield f"projects.{item.name}", getattr(p, item.name), (projects, *last.get(item.name, ()))
    more: dict[str, tuple[int, ...]] = {
        "budget": (years,), "pool": (occupations, years), "worth": (indicators,), "weight": (indicators,),
        "ceiling": (indicators,),
    }  # fmt: skip
    for item in fields(Cities):
        yield f"cities.{item.name}", getattr(c, item.name), (cities, *more.get(item.name, ()))
    yield "nation.pool", n.pool, (occupations, years)
    yield "nation.training_cost", n.training_cost, (occupations,)
    yield "nation.training_places", n.training_places, (occupations,)
    yield "nation.training_most", n.training_most, (occupations,)
    yield "nation.at_start", n.at_start, (occupations,)
    yield "nation.year_weight", n.year_weight, (years,)
    yield "nation.late", n.late, n.late.shape[:1]
    yield "nation.spending_price", n.spending_price, (years,)
    yield "nation.slope", n.slope, n.width.shape
    if instance.is_repaid:
        after = max(instance.repaid.shape[-1] - years, 0)
        yield "repaid", instance.repaid, (2, 2, years, years + after)
        yield "lasting", instance.lasting, (cities, after)
    yield "needs", instance.needs, (len(instance.needs), 3)
    yield "wishes", instance.wishes, (len(instance.wish_price), 3)
    yield "is_due", instance.is_due, (len(instance.standards),)
    for name in ("exclusive", "standards", "covers"):
        yield name, getattr(instance, name), (len(getattr(instance, name)), 2)


def _faults(instance: Instance) -> Iterator[tuple[Text, Text]]:
    """Name what is wrong, and what to do; shapes first, since the rest rests on them."""
    wrong = [
        (
            coded("plan.instance.shape", "{name} has shape {shape}", name=name, shape=str(array.shape)),
            text("use the shape {shape}", shape=str(shape)),
        )
        for name, array, shape in _shapes(instance)
        if array.shape != shape
    ]
    yield from wrong
    if not wrong:
        yield from _number_faults(instance)
        yield from _link_faults(instance)


def _number_faults(instance: Instance) -> Iterator[tuple[Text, Text]]:
    """Figures are finite, not negative, and shares are shares."""
    p, c, n = instance.projects, instance.cities, instance.nation
    for name, array, _ in _shapes(instance):
        if not np.isfinite(array).all():
            yield (
                coded("plan.instance.finite", "{name} contains a figure that is not finite", name=name),
                text("replace every figure that is missing or infinite"),
            )
        elif name not in _SIGNED and (array < 0).any():
            at = int(np.argmin(array.ravel()))
            yield (
                coded("plan.instance.negative", "{name} is below 0 at position {at:d}", name=name, at=at),
                text("enter figures of 0 or more"),
            )
    yield from _share_faults(instance)
    if not np.isclose(n.year_weight.sum(), 1.0) or (c.weight.sum(axis=1) > 1 + 1e-9).any():
        yield (
            coded(
                "plan.instance.weights",
                "the weights of the years do not sum to one, or the weights of a city sum to more than one",
            ),
            text("divide them by their sum"),
        )
    if not np.bincount(c.region).all():
        yield (
            coded("plan.instance.region", "a region has no cities"),
            text("number regions from 0 without gaps"),
        )
    if not np.isclose(n.width.sum(), 1.0) or (np.diff(n.slope) > 0).any():
        yield (
            coded("plan.instance.curve", "the value of an improvement is not concave from 0 to 1"),
            text("use widths that sum to 1, and falling slopes"),
        )
    if (p.duration < 1).any() or (p.rollout < 1).any():
        yield (
            coded("plan.instance.duration", "a duration or a rollout is shorter than one year"),
            text("give whole years"),
        )


def _share_faults(instance: Instance) -> Iterator[tuple[Text, Text]]:
    """Shares lie between 0 and 1, and those of sources together between the largest and the sum of theirs."""
    p, c, n = instance.projects, instance.cities, instance.nation
    together = (
        ("outside", p.outside, p.private, p.foreign),
        ("private_national", p.private_national, p.private, p.national),
        ("foreign_national", p.foreign_national, p.foreign, p.national),
        ("besides", p.besides, p.outside, p.national),
    )
    shares = {name: getattr(p, name) for name in ("private", "foreign", "national")}
    shares |= {name: both for name, both, _, _ in together}
    shares |= {name: getattr(c, name) for name in ("ceiling", "least_closing")}
    shares |= {name: np.array(getattr(n, name)) for name in ("national_share", "foreign_share", "parity")}
    for name, share in shares.items():
        if (share > 1).any() or (share < 0).any():
            yield (
                coded("plan.instance.share", "{name} is not a share", name=name),
                text("enter a number from 0 to 1"),
            )
    for name, both, one, other in together:
        if (both < np.maximum(one, other) - 1e-9).any() or (both > one + other + 1e-9).any():
            yield (
                coded("plan.instance.together", "{name} is smaller than one of its parts, or larger than "
                      "their sum",
                     name=name),
                text("enter the combined share of the two parts"),
            )  # fmt: skip


def _link_faults(instance: Instance) -> Iterator[tuple[Text, Text]]:
    """Numbers point to what exists, within one city, and in order."""
    p, projects, cities = instance.projects, len(instance.projects.city), instance.count
    links = np.concatenate(
        [
            instance.needs[:, :2].ravel(), instance.wishes[:, :2].ravel(), instance.exclusive[:, 1],
            instance.covers[:, 1],
        ]
    )  # fmt: skip
    if (links >= projects).any() or (instance.covers[:, 0] >= len(instance.standards)).any():
        yield (
            coded("plan.instance.reference", "a row names a project or a standard that does not exist"),
            text("projects and standards are numbered from 0; name one that exists"),
        )
        return
    if (np.diff(p.city) < 0).any() or (p.city >= cities).any() or (instance.standards[:, 0] >= cities).any():
        yield (
            coded("plan.instance.sorted", "projects are not ordered by city, or a city does not exist"),
            text("sort them by city"),
        )
        return
    before, after = instance.needs[:, 0], instance.needs[:, 1]
    if (before >= after).any():
        project = int(after[before >= after][0])
        yield (
            coded("plan.instance.order", "project {project:d} comes before its prerequisite",
                 project=project),
            text("break the cycle, or order projects so that prerequisites come first"),
        )  # fmt: skip
    is_near = p.city[before] == p.city[after]
    if not (is_near.all() and (p.city[instance.wishes[:, 0]] == p.city[instance.wishes[:, 1]]).all()):
        yield (
            coded("plan.instance.prerequisite", "a prerequisite is in another city"),
            text("name a project in the same city"),
        )
    if (p.city[instance.covers[:, 1]] != instance.standards[instance.covers[:, 0], 0]).any():
        yield (
            coded("plan.instance.cover", "a project covers a standard of another city"),
            text("name a project in the same city"),
        )
    groups = instance.exclusive[:, 0]
    if len(np.unique(instance.exclusive[:, 1])) < len(groups):
        yield (
            coded("plan.instance.groups", "a project is in two exclusive groups"),
            text("merge the groups, or leave the project in only one"),
        )
    if len(groups):
        home = np.full(int(groups.max()) + 1, -1)
        home[groups] = p.city[instance.exclusive[:, 1]]
        if (home[groups] != p.city[instance.exclusive[:, 1]]).any():
            yield (
                coded("plan.instance.group", "an exclusive group spans two cities"),
                text("create a group for each city"),
            )
    if ((p.latest >= p.earliest) & (p.latest + p.duration > instance.years)).any():
        yield (
            coded("plan.instance.late", "a project could start too late to be completed"),
            text("set latest to years - duration or less"),
        )
