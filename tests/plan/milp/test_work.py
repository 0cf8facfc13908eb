"""Work is counted, and a solver's threads are nobody else's."""

import os
import subprocess
import sys
from pathlib import Path

import highspy
import pytest

from urbium.errors import InfeasibleError, UrbiumError
from urbium.plan import solve
from urbium.plan.milp.work import Work, work_of_solve

SOLVED_BEFORE = """
import highspy
from urbium.plan import solve
from towns import towns_roadmap

own = highspy.Highs()
own.setOptionValue("output_flag", False)
own.setOptionValue("threads", 4)
item = own.addVariable(0, 10, 1.0, highspy.HighsVarType.kInteger)
own.addConstr(item <= 3.5)
own.run()
plan = solve(towns_roadmap(with_people=False))
print(plan.table.height, plan.gap)
print(own.run())
"""
SOLVED_AFTER = SOLVED_BEFORE.replace("own.run()\nplan", "plan")


@pytest.mark.parametrize("script", [SOLVED_BEFORE, SOLVED_AFTER])
@pytest.mark.long
def test_what_a_user_solves_in_the_same_process_disturbs_no_plan_and_is_not_disturbed(script, towns):
    paths = [str(Path(towns.__file__).parent), *sys.path]
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=600,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
    )  # fmt: skip
    *_, plan, after = answer.stdout.splitlines()
    projects, gap = plan.split()
    assert int(projects) > 0
    assert float(gap) < 1e-6
    assert after == "HighsStatus.kOk"


def test_a_part_is_spent_from_the_whole():
    whole = Work(limit=10.0)
    part = whole.part(0.5)
    part.spend(6.0)
    assert part.is_spent
    assert part.left == 0.0
    assert whole.left == 4.0
    assert not whole.is_over


def test_work_grows_with_steps_and_entries():
    few = work_of_solve(1000, rows=10, inner=0, is_whole=False)
    assert work_of_solve(1000, rows=20, inner=0, is_whole=False) > few
    assert work_of_solve(2000, rows=10, inner=0, is_whole=False) > few
    assert work_of_solve(1000, rows=10, inner=5, is_whole=False) > few
    assert work_of_solve(1000, rows=10, inner=0, is_whole=True) > few
    assert work_of_solve(1000, rows=-1, inner=-1, is_whole=False) < few


def test_a_solver_that_does_not_begin_is_told_from_a_programme_without_a_plan(towns, monkeypatch):
    monkeypatch.setattr(highspy.Highs, "run", lambda _: highspy.HighsStatus.kError)
    with pytest.raises(UrbiumError, match=r"HiGHS .* did not start") as refusal:
        solve(towns.towns_roadmap(with_people=False))
    assert not isinstance(refusal.value, InfeasibleError)
