"""One driver: methods search together, share what they find, and keep the time.

What the national search does in it is a long proof: its loops are compiled first, a minute of processor.
"""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from seeds import long_but
from urbium import extras
from urbium.errors import InfeasibleError, InputError
from urbium.plan import NATIONWIDE, solve
from urbium.plan.milp.model import assemble
from urbium.plan.milp.work import Work
from urbium.plan.result.proof import gap_to
from urbium.plan.search import planner
from urbium.plan.search.decomposition import Decomposition
from urbium.plan.search.exact import SearchResult
from urbium.plan.search.exchange import is_possible
from urbium.plan.search.heuristic import State, construct
from urbium.plan.search.national import compiling
from urbium.plan.search.national.adapter import instance_of, prices_of_instance, prices_of_model
from urbium.plan.search.national.solver import NationalSearch
from urbium.plan.variables import Variables
from urbium.plan.verify.dual_bound import recomputed_bound


@pytest.fixture
def road(towns):
    return towns.towns_roadmap(with_people=False)


@pytest.fixture
def as_large(monkeypatch):
    """Let small programmes be solved as large ones are."""
    monkeypatch.setattr(planner, "LARGEST_WHOLE", 0)


@pytest.fixture
def started(monkeypatch):
    """Nothing is compiled; list the processes that are started instead of starting them."""
    commands = []

    class Never:
        def __init__(self, command, **_):
            commands.append(command)

        def poll(self):
            return None

    monkeypatch.setattr(compiling, "is_ready", lambda: False)
    monkeypatch.setattr(compiling, "_processes", [])
    monkeypatch.setattr(subprocess, "Popen", Never)
    compiling._mark().with_suffix(".begun").unlink(missing_ok=True)
    yield commands
    compiling._mark().with_suffix(".begun").unlink(missing_ok=True)


@pytest.fixture
def wanted(monkeypatch):
    """Let the national search be wanted as soon as there is a bound."""
    monkeypatch.setattr(planner._Turns, "_is_wanted", lambda self: np.isfinite(self.opening.bound))


def test_a_large_programme_is_answered_where_nothing_can_be_compiled(
    road, as_large, wanted, started, monkeypatch
):
    """Who compiles gives no sign of life: the search goes on without the loops."""
    monkeypatch.setattr(compiling, "is_coming", lambda: False)
    monkeypatch.setattr(compiling, "_GIVEN_UP", -1.0)
    plan = solve(road, work_limit=20, gap=0.0)

    assert plan.certificate.is_valid
    assert plan.gap < 0.1
    assert "national" not in plan.settings["method"]
    assert started[0][1:3] == ["-m", "urbium.plan.search.national.compiling"]


def test_a_background_that_cannot_be_started_is_done_without(road, as_large, wanted, started, monkeypatch):
    def refuse(*_, **__):
        raise OSError

    monkeypatch.setattr(subprocess, "Popen", refuse)
    plan = solve(road, work_limit=4, gap=0.0)
    assert plan.certificate.is_valid
    assert "national" not in plan.settings["method"]


def test_where_the_compiler_is_wanted_and_not_installed_there_is_no_other_plan(
    road, as_large, wanted, monkeypatch
):
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    with pytest.raises(InputError) as refused:
        solve(road, work_limit=20, gap=0.0)

    assert str(refused.value.remedy) == "install it: pip install 'urbium[national]'"


def test_the_whole_model_and_the_decomposition_share_plan_and_bound(road, monkeypatch):
    best = solve(road, work_limit=10)
    monkeypatch.setattr(
        planner, "solve_exact",
        lambda lay, model, **_: SearchResult(None, np.inf, np.zeros(len(model.lower))),
    )  # fmt: skip
    plan = solve(road, work_limit=6, gap=0.2)
    assert plan.settings["method"].startswith(f"{best.settings['method']}; decomposition")
    assert plan.objective <= best.objective + 1e-9
    assert plan.bound >= best.objective - 1e-7
    assert plan.gap <= 0.2


def test_what_the_whole_model_proves_ends_the_search(road):
    plan = solve(road, work_limit=20)
    assert plan.gap <= 1e-6
    assert plan.work.spent < 10
    assert plan.work.ended_by in {"proof", "end"}
    assert "decomposition" not in plan.settings["method"]


def test_a_bound_below_a_plan_is_taken_for_none(road, as_large, monkeypatch):
    def wrong(self):
        self.exchange.prove(0.1)
        return iter(())

    monkeypatch.setattr(Decomposition, "steps", wrong)
    monkeypatch.setattr(planner, "unsupported", lambda lay: ["anything"])
    plan = solve(road, work_limit=4)
    assert plan.objective > 0.2
    assert plan.bound >= plan.objective


def test_prices_pass_between_the_members_unchanged(towns):
    road = towns.towns_roadmap()
    few = pl.DataFrame({"place": [NATIONWIDE], "year": [road.years[1]], "most": [1]})
    lay = Variables(road.replace(start_limits=few))
    model = assemble(lay)
    instance, _ = instance_of(lay, model)
    prices = np.random.default_rng(1).uniform(0, 1, instance.rows)
    row_prices = prices_of_model(lay, model, prices)
    again = prices_of_model(lay, model, prices_of_instance(lay, model, row_prices, instance))

    assert np.count_nonzero(row_prices) > len(road.years)
    assert again == pytest.approx(row_prices)


@pytest.mark.parametrize("largest", [4000, 0])
def test_the_gap_that_is_told_while_searching_is_that_of_the_plan(largest, road, monkeypatch):
    """Ten standards that are owed too soon take 10 off every plan, and nothing off what a plan gains."""
    monkeypatch.setattr(planner, "LARGEST_WHOLE", largest)
    steps, names = [], [f"owed {k}" for k in range(10)]
    slow = road.projects.filter(pl.col("build_years") == 2).row(0, named=True)
    late = road.replace(
        standards=pl.DataFrame({"standard": names, "city": slow["city"], "deadline": road.years[0]}),
        covers=pl.DataFrame({"standard": names, "project": slow["project"]}),
        settings=replace(road.settings, shortfall_price=1.0),
    )
    plan = solve(late, work_limit=4, on_progress=lambda *step: steps.append(step))
    _, gain, most = steps[-1]

    assert plan.objective == pytest.approx(gain - 10)
    assert gap_to(most, gain) == pytest.approx(plan.gap, abs=1e-6)


@pytest.mark.parametrize("largest", [4000, 0])
def test_somebody_in_haste_ends_a_search_at_once(largest, programme, monkeypatch):
    monkeypatch.setattr(planner, "LARGEST_WHOLE", largest)
    pressed, others = [], set(_workers())

    def press(*_):
        pressed.append(True)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        solve(programme(3, cities=6, most=12), on_progress=press)
    for worker in set(_workers()) - others:
        worker.join(60)
    assert not set(_workers()) - others
    assert len(pressed) == 1


def _workers():
    return [thread for thread in threading.enumerate() if thread.name.startswith("ThreadPoolExecutor")]


@pytest.mark.long
def test_the_national_search_goes_on_from_the_plan_and_prices_of_the_others(
    road, as_large, wanted, monkeypatch
):
    monkeypatch.setattr(compiling, "is_ready", lambda: True)
    begun = []
    steps = NationalSearch.steps

    def seen(self, rounds=1, *, prices=None):
        begun.append((self.value, prices))
        return steps(self, 1, prices=prices)

    monkeypatch.setattr(NationalSearch, "steps", seen)
    best = solve(road, work_limit=10, gap=1e-7)

    assert begun[0][0] > 0
    assert begun[0][1] is not None
    assert best.certificate.is_valid
    assert best.bound >= best.objective


def test_somebody_in_haste_waits_for_no_first_plan(programme):
    """The first look stops it: what is chosen by then is the plan, and no weak bound is computed for it."""
    lay = Variables(programme(5, cities=6, most=24))
    looks = []
    some = construct(lay, is_stopped=lambda: bool(looks.append(0) or len(looks) > 3))
    every = construct(lay)

    assert len(looks) == 4
    assert (some >= 0).sum() < (every >= 0).sum()
    assert is_possible(lay, assemble(lay), some)


@pytest.mark.parametrize(("opening", "is_to_join"), [(10.0, True), (20.0, False), (30.0, False)])
def test_nobody_joins_whose_opening_outlasts_what_is_left_of_a_pass(opening, is_to_join):
    """A pass that takes 2 units of work for a tenth of the cities has 18 to go; 60 are left."""
    turns = planner._Turns.__new__(planner._Turns)
    turns.exchange = SimpleNamespace(open=0.3, work=Work(80.0, spent=20.0))
    turns.opening = SimpleNamespace(name="decomposition", share=0.1, pass_work=0.0)
    turns.waiting, turns.steps = [SimpleNamespace(opening_work=opening)], {"decomposition": iter(())}
    turns.whole_work, turns.is_slow = 2.0, True

    assert turns._is_wanted() == is_to_join


@pytest.mark.long
def test_a_plan_of_worth_below_zero_is_improved_gently(programme):
    """What is missed may cost more than a plan closes; its worth says nothing of how good it is."""
    lay = Variables(programme(5, cities=6, most=24))
    instance, order = instance_of(lay, assemble(lay))
    heats = []

    class Watched(NationalSearch):
        def _cool(self, start, training, prices, schedule, seed):
            heats.append(schedule.hot)
            return super()._cool(start, training, prices, schedule, seed)

    with ThreadPoolExecutor(1) as threads:
        for start in (None, construct(lay)[order]):
            search = Watched(
                instance,
                seed=0,
                executor=threads,
                threads=threads,
                gap=0.0,
                work=Work(),
                is_late=lambda: False,
            )
            if start is not None:
                search.begin_at(start)
                search.value = -1.0
            heats.clear()
            search._first_plan(np.zeros(instance.rows))
            assert (heats[0] < 0.1) == (start is not None)


def test_a_search_that_does_without_the_loops_has_nothing_compiled(road, as_large, started, monkeypatch):
    monkeypatch.setattr(planner._Turns, "_is_wanted", lambda self: False)
    solve(road, work_limit=4)
    assert started == []


def test_a_plan_that_the_decomposition_makes_alone_loads_no_compiler(road, tmp_path):
    road.save(tmp_path)
    script = (
        "import sys; from urbium.plan import Roadmap, solve; from urbium.plan.search import planner; "
        "planner.LARGEST_WHOLE = 0; plan = solve(Roadmap.read(sys.argv[1]), work_limit=4); "
        "print(plan.settings['method'].rpartition(' ')[2], *sorted({'numba', 'llvmlite'} & set(sys.modules)))"
    )
    said = subprocess.run(
        [sys.executable, "-c", script, tmp_path],
        env={"PYTHONPATH": ":".join(sys.path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.split() == ["decomposition"]


def test_a_plan_without_a_bound_is_certified_and_waits_for_no_loops(road, as_large, monkeypatch):
    def refuse(*_):
        raise AssertionError

    monkeypatch.setattr(planner, "recomputed_bound", refuse)
    monkeypatch.setattr(Decomposition, "steps", lambda self: iter(()))
    monkeypatch.setattr(planner, "unsupported", lambda lay: ["anything"])
    plan = solve(road, work_limit=4)
    assert plan.certificate.is_valid, plan.certificate
    assert np.isfinite(plan.bound)
    assert plan.bound >= recomputed_bound(road, plan.proof) - 1e-9


def test_bundles_that_nobody_could_run_are_not_tried(road, monkeypatch):
    places = [NATIONWIDE, *road.cities["city"]]
    poor = road.replace(upkeep=pl.DataFrame({"place": places, "since": road.years[-1], "amount": 0.0}))
    lay = Variables(poor)
    tried = []
    place = State.place

    def counted(self, project, start):
        tried.append(project)
        return place(self, project, start)

    monkeypatch.setattr(State, "place", counted)
    start = construct(lay)
    assert start is not None
    assert (lay.operation > 0).any()
    assert not (lay.operation[tried] > 0).any()
    assert not (lay.operation[start >= 0] > 0).any()


@pytest.fixture(params=["decomposition", pytest.param("national", marks=pytest.mark.long)])
def of_all_methods(request, road, as_large, monkeypatch):
    """Solve a programme by the decomposition, alone or with the national search; tell what came of it."""
    monkeypatch.setattr(compiling, "is_ready", lambda: True)
    is_national = request.param == "national"
    monkeypatch.setattr(
        planner._Turns, "_is_wanted", lambda self: is_national and np.isfinite(self.opening.bound)
    )

    def outcome(**settings):
        plan = solve(road, **{"work_limit": 1.0, "time_limit": 1e6, "gap": 0.0} | settings)
        assert "decomposition" in plan.settings["method"]
        assert ("national" in plan.settings["method"]) == is_national
        return plan.table, plan.money, plan.proof, plan.bound, plan.work

    return outcome


def _are_same(one, other):
    return all(
        a.equals(b) if isinstance(a, pl.DataFrame) else a == b for a, b in zip(one, other, strict=True)
    )


def test_a_clock_that_runs_fast_changes_no_plan(of_all_methods, monkeypatch):
    """A machine of a twentieth of the speed has seen a twentieth of the search at any time."""
    calm, now = of_all_methods(), time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: 20 * now())
    assert _are_same(of_all_methods(), calm)


@pytest.mark.parametrize("workers", long_but([], [1, 2]))
def test_as_many_processes_as_work_find_the_same_plan(workers, of_all_methods):
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
        assert _are_same(of_all_methods(executor=executor), of_all_methods())


@pytest.mark.parametrize("cores", long_but([7], [1, 7]))
def test_as_many_cores_as_there_are_find_the_same_plan(cores, of_all_methods, monkeypatch):
    before = of_all_methods()
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    assert _are_same(of_all_methods(), before)


def test_more_work_is_spent_where_more_is_allowed(of_all_methods):
    much = of_all_methods()[-1]
    little = of_all_methods(work_limit=much.spent / 10)[-1]
    assert (little.limit, little.ended_by) == (much.spent / 10, "work")
    assert much.spent / 10 <= little.spent < much.spent


def test_a_plan_whose_search_the_clock_ended_says_so(road, as_large, monkeypatch):
    """The time is over as soon as there is a bound."""
    now, late = time.monotonic, []
    monkeypatch.setattr(time, "monotonic", lambda: now() + 1e6 * len(late))
    plan = solve(road, gap=0.0, on_progress=lambda _, value, bound: bound is not None and late.append(1))
    assert plan.work.ended_by == "time"
    assert "time limit ended the search" in plan.notes[-1].render()
    assert "time limit" not in " ".join(map(str, solve(road).notes))


@pytest.mark.parametrize("largest", [4000, 0])
def test_time_that_preparation_used_up_leaves_the_plan_of_simple_rules(largest, road, monkeypatch):
    monkeypatch.setattr(planner, "LARGEST_WHOLE", largest)
    plan = solve(road, time_limit=5.0, begun=time.monotonic() - 10.0)
    assert (plan.work.ended_by, plan.work.spent) == ("time", 0.0)
    assert "this is the plan made by simple rules" in plan.notes[-1].render()
    assert plan.table.height
    assert plan.certificate.is_valid


@pytest.mark.parametrize("largest", [4000, 0])
def test_the_plan_of_simple_rules_comes_before_any_relaxation(largest, road, monkeypatch):
    monkeypatch.setattr(planner, "LARGEST_WHOLE", largest)
    values = []
    solve(road, work_limit=0.1, on_progress=lambda _, value, bound: values.append((value, bound)))
    first = next(at for at, (value, _) in enumerate(values) if value is not None)
    assert [bound for _, bound in values[: first + 1]] == [None] * (first + 1)


def test_a_search_that_found_nothing_to_start_hands_out_no_plan(road, as_large, monkeypatch):
    monkeypatch.setattr(planner, "construct", lambda lay, **_: np.full(len(lay.build), -1))
    with pytest.raises(InfeasibleError, match="no plan was found within the limits of work and time"):
        solve(road, time_limit=1e-6)


def test_a_plan_to_begin_with_brings_the_prices_that_prove_it(road, as_large, monkeypatch):
    best, begun = solve(road), []
    lay = Variables(road)
    names = [name for rows in assemble(lay).limits for name in rows.names()]
    monkeypatch.setattr(Decomposition, "_find_prices", lambda self: iter(begun.append(self) or ()))
    monkeypatch.setattr(Decomposition, "_guess_prices", lambda _: pytest.fail("its prices are there"))
    monkeypatch.setattr(planner, "unsupported", lambda _: ["the national search is not looked at here"])

    solve(road, gap=0.0, first=best)

    prices, (opening,) = dict(best.proof.iter_rows()), begun
    assert any(prices.get(names[row], 0.0) > 0 for row in opening.coupling)
    assert opening.prices.tolist() == [prices.get(names[row], 0.0) for row in opening.coupling]


def test_a_search_without_time_has_the_bound_of_the_plan_that_it_was_to_begin_with(road, as_large):
    best = solve(road)
    plan = solve(road, time_limit=5.0, begun=time.monotonic() - 10.0, first=best)

    assert plan.table.equals(best.table)
    assert plan.bound == pytest.approx(recomputed_bound(road, best.proof), rel=1e-9)
    assert plan.certificate.is_valid


def test_who_stops_a_search_does_not_wait_for_the_bound_of_another_plan(road, as_large, monkeypatch):
    best = solve(road)
    monkeypatch.setattr(planner, "recomputed_bound", lambda *_: pytest.fail("somebody is in haste"))

    assert solve(road, first=best, on_progress=lambda *_: True).work.ended_by == "stop"
