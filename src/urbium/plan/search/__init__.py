"""How a plan is sought: exactly, by decomposition, by heuristics, and which limits conflict.

Where to change what:

- how a plan is searched for, and its bound: ``plan/search/`` (``planner.py`` drives, ``exchange.py`` is
  what methods share; how far it goes: ``plan/milp/work.py``; hundreds of cities:
  ``plan/search/national/solver.py``, its bound ``plan/search/national/bound.py``)
- the message when no plan is possible at all: ``infeasibility.py``
- why a plan is the same on every machine: ADR 0094; tried by ``tests/plan/search/test_planner.py`` and
  ``tests/plan/search/national/test_executors.py``, on one kind of processor
"""
