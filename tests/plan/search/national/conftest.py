"""Small random national instances, and the full model solved by HiGHS as oracle."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import highspy
import numpy as np
import pytest

from urbium.plan.milp.model import highs
from urbium.plan.milp.work import Work
from urbium.plan.search.national.city_model import CityVariables, city_model, national_model, to_highs
from urbium.plan.search.national.instance import Cities, Instance, Nation, ProjectArrays


@pytest.fixture(scope="session")
def certify_national() -> Callable[..., object]:
    """Return the independent check of national plans (``certificate.py`` beside this file)."""
    spec = importlib.util.spec_from_file_location("certificate", Path(__file__).with_name("certificate.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.certify_national


def _premiums(seed: int, count: int, years: int) -> np.ndarray:
    """Draw premiums on a third of the start years for odd seeds; none for even ones."""
    draw = np.random.default_rng(1000 + seed)
    amount = draw.uniform(-2, 2, (count, years)) * (draw.random((count, years)) < 0.3)
    return np.round(amount, 2) * (seed % 2)


def _upkeep(seed, city, operation):
    """Draw what each city may pay for operation after the last year: a part of all it might run."""
    part = np.random.default_rng([seed, 7]).uniform(0.3, 0.9, city[-1] + 1)
    return part * np.bincount(city, operation)


def build(seed: int, cities: int = 3, most: int = 9, years: int = 6, scale: float = 1.0) -> Instance:
    """Draw an instance of a few cities; ``scale`` loosens or tightens what is shared."""
    draw = np.random.default_rng(seed)
    size = draw.integers(4, most + 1, cities)
    count, indicators, occupations = int(size.sum()), 3, 2
    duration = draw.integers(1, 4, count)
    cost = np.round(draw.lognormal(2.5, 0.5, count), 1)
    private, foreign = draw.choice([0.0, 0.5], count), draw.choice([0.0, 0.4], count)
    national = draw.choice([1.0, 0.5, 0.0], count)
    city = np.repeat(np.arange(cities), size)
    first = np.cumsum(size) - size
    cost[first[-1] : first[-1] + 2] *= 0.2  # what the last city owes can be paid
    pairs = [
        (b + i, b + j, int(draw.integers(2)))
        for b, s in zip(first, size, strict=True)
        for i in range(s)
        for j in range(i + 1, s)
        if draw.random() < 0.08
    ]
    exclusive = [(n, b + j) for n, (b, s) in enumerate(zip(first, size, strict=True)) for j in (s - 1, s - 2)]
    covers = [(n, b + j) for n, b in enumerate(first) for j in (0, 1)]
    worth = draw.uniform(5, 30, (cities, indicators))
    width, slope = np.array([0.4, 0.4, 0.2]), np.array([1.0, 0.6, 0.3])
    weight = draw.dirichlet(np.ones(indicators), cities)
    by_year = 0.95 ** np.arange(years)
    return Instance(
        ProjectArrays(
            city=city,
            duration=duration,
            earliest=np.zeros(count, np.int64),
            latest=years - duration,
            cost=cost,
            operation=0.04 * cost,
            private=private,
            foreign=foreign,
            national=national,
            outside=np.where((private > 0) & (foreign > 0), 0.65, np.maximum(private, foreign)),
            private_national=np.minimum(private + national, 1.0),
            foreign_national=np.minimum(foreign + national, 1.0),
            besides=np.where(
                (private > 0) & (foreign > 0),
                np.minimum(0.65 + national, 1.0),
                np.minimum(np.maximum(private, foreign) + national, 1.0),
            ),
            effect=np.round(
                draw.uniform(0, 0.6, (count, indicators)) * (draw.random((count, indicators)) < 0.5), 3
            ),
            effect_lag=draw.integers(0, 2, (count, indicators)),
            rollout=draw.integers(1, 3, (count, indicators)),
            running=np.round(
                draw.uniform(0, 0.3, (count, occupations)) * (draw.random((count, occupations)) < 0.3), 2
            ),
            staff=np.round(
                draw.uniform(0, 3, (count, occupations)) * (draw.random((count, occupations)) < 0.6), 2
            ),
            teaching=np.round(
                draw.uniform(0, 1, (count, occupations)) * (draw.random((count, occupations)) < 0.1), 2
            ),
            premium=_premiums(seed, count, years),
        ),
        Cities(
            region=np.arange(cities) % 2,
            budget=draw.uniform(4, 9, (cities, years)),
            upkeep=_upkeep(seed, city, 0.04 * cost),
            pool=draw.uniform(1, 3, (cities, occupations, years)),
            worth=worth,
            weight=weight,
            ceiling=draw.choice([1.0, 0.7], (cities, indicators)),
            least_closing=np.full(cities, 0.1),
        ),
        Nation(
            budget=scale * draw.uniform(4, 8, years) * cities / 3,
            pool=scale * draw.uniform(1, 2, (occupations, years)),
            training_cost=np.full(occupations, 0.5),
            training_places=np.full(occupations, 0.4),
            training_most=np.array([2, 1]),
            at_start=np.zeros(occupations, dtype=bool),
            training_lag=2,
            teaching_lag=1,
            national_share=0.6,
            private_share=0.35,
            foreign_share=0.1,
            parity=0.7,
            year_weight=by_year / by_year.sum(),
            spending_price=0.002 * by_year,
            width=width,
            slope=slope / (width @ slope),
            shortfall_price=float(worth.sum(axis=1).max()),
            region_price=float(worth.sum(axis=1).max()),
        ),
        needs=np.array(pairs, dtype=np.int64).reshape(-1, 3),
        exclusive=np.array(exclusive),
        standards=np.array([(c, years - 1) for c in range(cities)]),
        is_due=np.arange(cities) == cities - 1,
        covers=np.array(covers),
        wishes=np.array([(b, b + 2, 0) for b in first]),
        wish_price=draw.uniform(0.1, 2.0, cities),
    )


@pytest.fixture
def instance() -> Callable[..., Instance]:
    """Return the function that draws an instance from a seed."""
    return build


def by_columns(instance: Instance, city: int, start: np.ndarray) -> np.ndarray:
    """Return the values of a city's columns "started by" for start years, -1 for never."""
    lay = CityVariables(instance, city)
    x = np.zeros(lay.offset[-1])
    for j in np.flatnonzero(start >= 0):
        x[lay.by(int(j), int(start[j])) : lay.offset[j + 1]] = 1.0
    return x


@pytest.fixture
def columns_of() -> Callable[..., np.ndarray]:
    """Return the function that turns start years of a city into its columns."""
    return by_columns


def starts_columns(instance: Instance) -> np.ndarray:
    """Return which columns of the full model are start variables."""
    models = [city_model(instance, city) for city in range(instance.count)]
    first = np.cumsum([0, *(len(model.cost) for model in models)])
    return np.concatenate([b + np.arange(m.binaries) for b, m in zip(first, models, strict=False)])


def solved(instance: Instance, fixed: np.ndarray | None = None) -> float | None:
    """Solve the full model by HiGHS: to the proven optimum, or with start years fixed and no training."""
    model, columns = national_model(instance), starts_columns(instance)
    end = len(model.cost) - len(instance.regions)
    training = np.arange(end - instance.occupations * instance.years, end)
    if fixed is not None:
        x = [
            by_columns(instance, c, fixed[instance.first[c] : instance.first[c + 1]])
            for c in range(instance.count)
        ]
        model.least[columns] = model.most[columns] = np.concatenate(x)
        model.most[training] = 0.0
    solver = highs(work=Work(60), mip_rel_gap=1e-7)
    whole = np.concatenate([columns, training]) if fixed is None else None
    solver.passModel(to_highs(model, whole=whole))
    solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return None
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(solver.getInfo().objective_function_value)


@pytest.fixture
def by_highs() -> Callable[..., float | None]:
    """Return the oracle: the full model solved by HiGHS."""
    return solved
