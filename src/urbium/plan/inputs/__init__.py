"""Inputs: from the catalogue to a roadmap: every solution in every city, with its cost and effects.

The roadmap itself, its tables and files, is ``plan/problem``; nothing is decided here.

Where to change what:

- which figure of a city tells which need; where a solution can be built at all: ``data/rules/needs.csv``,
  ``candidates.csv``; how they are read, and an indicator's own figure: ``needs.py``, ``quantities.py``,
  ``candidates.py``; what to collect first: ``plan/analysis/surveys.py``
- how many people, with which skills, a project needs: the posts that its cost pays for (``build_posts``,
  ``run_posts`` of ``candidate_projects.py``) by the shares of its team (``data/solutions/skills.csv``,
  ``people_tables`` of ``staffing.py``); how many are short: ``talent/shortage.py``
"""

from urbium.plan.inputs.build import build_roadmap, undeclared
from urbium.plan.inputs.declared_rules import RULES
from urbium.plan.inputs.sizes import city_budgets, city_people

__all__ = ["RULES", "build_roadmap", "city_budgets", "city_people", "undeclared"]
