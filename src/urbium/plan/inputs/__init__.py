"""Inputs: from the catalogue to a roadmap: every solution in every city, with its cost and effects.

The roadmap itself, its tables and files, is ``plan/problem``; nothing is decided here.

Where to change what:

- which figure of a city tells which need; where a solution can be built at all: ``data/rules/needs.csv``,
  ``candidates.csv``; how they are read, and an indicator's own figure: ``needs.py``, ``quantities.py``,
  ``candidates.py``; what to collect first: ``plan/analysis/surveys.py``
"""

from urbium.plan.inputs.build import build_roadmap, undeclared
from urbium.plan.inputs.declared_rules import RULES
from urbium.plan.inputs.sizes import city_budgets, city_people

__all__ = ["RULES", "build_roadmap", "city_budgets", "city_people", "undeclared"]
