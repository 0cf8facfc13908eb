"""The same figures bit for bit, whoever computes them; of the national plan: ``plan/search/national``."""

from collections.abc import Callable
from concurrent.futures import Executor

import numpy as np
import pytest

from executors import EXECUTORS
from finance_projects import lights, saving, terms
from urbium.finance import Uncertainty, cash_flows, draw
from urbium.forecast import KINDS, CityPanel, run_backtest
from urbium.forecast.cities.declared_growth import declared
from urbium.forecast.cities.rolling_origin import BacktestErrors
from urbium.measure.aggregate import tree
from urbium.measure.matrix import matrix
from urbium.measure.pipeline import Method
from urbium.measure.uncertainty import runs
from urbium.measure.uncertainty.choices import DataNoise, StepChoices
from urbium.measure.uncertainty.intervals import uncertainty_of
from urbium.model import Choice, Index, IndexNode

Computed = dict[str, list[bytes]]


def money(executor: Executor | None) -> list[bytes]:
    """Draw what 600 projects cost and earn, in three blocks; return every bit of the bands."""
    names = [f"P{at:03d}" for at in range(600)]
    costs = [
        lights(project=name, city=f"C{at % 40}", solution=f"S{at % 7}", life=None)
        for at, name in enumerate(names)
    ]
    flows = cash_flows(costs, [saving(project=name) for name in names[::2]], terms())
    uncertainty = Uncertainty(costs=dict.fromkeys(names, (0.5, 2.0)), count=200, seed=4)
    bands = draw(flows, uncertainty, executor=executor)
    return [column.to_numpy().tobytes() for column in bands.table.drop("key", "kind")]


def ranks(executor: Executor | None) -> list[bytes]:
    """Rank 40 cities 60 times, in blocks of five runs; return every bit of scores and ranks."""
    nodes = [("all", "", 1.0), *((name, "all", 1.0) for name in "abcd")]
    method = Method(Choice.row("winsorise(limit=1) > min-max(low=1, high=100)"))
    layout = tree(Index("all", {}, tuple(IndexNode(*node, {}) for node in nodes), method.steps, (), 0, 0))
    values = np.random.default_rng(1).lognormal(1, 0.8, (40, 4))
    raw = matrix(values, directions=np.ones(4), rows=[f"C{at}" for at in range(40)], columns=tuple("abcd"))
    factors = DataNoise(np.full((40, 4), 0.1)), StepChoices.of("winsorise", "winsorise(limit=1)", "")
    found = uncertainty_of(raw, layout, method, factors, runs=60, seed=4, executor=executor)
    return [made.tobytes() for made in (found.scores, found.ranks, found.best, found.worst)]


def errors(executor: Executor | None) -> list[bytes]:
    """Hold forecasts of 60 cities, made at every count since 1950, against what came; return every bit."""
    years, dice = np.arange(1950, 2016, 5), np.random.default_rng(7)
    growth = np.cumsum(dice.normal(0.1, 0.06, (60, len(years))), axis=1)
    names = tuple(f"c{at}" for at in range(60))
    panel = CityPanel(names, years, np.log(1e6) + growth, tuple(f"country {at % 9}" for at in range(60)))
    world = declared(KINDS[1]).growth
    tested = run_backtest(panel, KINDS[1], lambda year: world if year > 1960 else None, executor=executor)
    return [np.ascontiguousarray(getattr(tested, name)).tobytes() for name in BacktestErrors.__slots__]


COMPUTED: dict[str, Callable[[Executor | None], list[bytes]]] = {
    "money": money, "ranks": ranks, "errors": errors,
}  # fmt: skip


@pytest.mark.parametrize(
    "kind",
    ["serial", "threads", *(pytest.param(far, marks=pytest.mark.long) for far in ("processes", "dask"))],
)
def test_bands_ranks_and_back_tests_are_the_same_whoever_computes_them(kind, monkeypatch):
    monkeypatch.setattr(runs, "_CELLS_REBUILT", 5 * 160)
    with EXECUTORS[kind]() as executor:
        there = {name: compute(executor) for name, compute in COMPUTED.items()}
    assert there == {name: compute(None) for name, compute in COMPUTED.items()}


def test_blocks_are_given_to_the_executor(monkeypatch):
    """Else the test above would compare a thing with itself."""
    monkeypatch.setattr(runs, "_CELLS_REBUILT", 5 * 160)
    given = dict.fromkeys(COMPUTED, 0)
    serial = EXECUTORS["serial"]()
    for name, compute in COMPUTED.items():
        with monkeypatch.context() as counting:
            submit = serial.submit

            def counted(*words, name=name, submit=submit):
                given[name] += 1
                return submit(*words)

            counting.setattr(serial, "submit", counted)
            compute(serial)
    assert given == {"money": 3, "ranks": 12, "errors": 10}
