"""Talent: who is needed to build and run a plan, who is there, what is short, and what helps (ADR 0081).

Where to change what:

- of which occupations the people of a plan are; that they add up to its rows: ``staffing_rows.py``;
  checked apart in ``reconciliation.py``
- people are counted as full-time posts by occupation and year, never by name or hour; what a plan may
  ask of them: ``plan/rules/people.py``; reviews an expert: ``most`` of ``pilot/selection/assignment.py``
- ranges, rates and prices of people: ``talent.*`` in ``data/rules/assumptions.csv``; arithmetic:
  ``supply.py``, ``shortage.py``, ``information.py``, ``remedy.py``
"""

from urbium.talent.assumed import Assumed
from urbium.talent.curricula import Curriculum, curriculum
from urbium.talent.demand_of_plan import PHASES, Demand, demand, kinds_of, most_words
from urbium.talent.labour_cost import unpaid_in_catalogue
from urbium.talent.reconciliation import Difference, differences
from urbium.talent.references import References, read_references
from urbium.talent.staff_of_plan import Staff, staff
from urbium.talent.staffing_rows import occupation_titles
from urbium.talent.supply import AgeRates, age_rates, read_supply
from urbium.talent.team_profile import Profile, profile, read_team

__all__ = [
    "PHASES", "AgeRates", "Assumed", "Curriculum", "Demand", "Difference", "Profile", "References", "Staff",
    "age_rates", "curriculum", "demand", "differences", "kinds_of", "most_words", "occupation_titles",
    "profile", "read_references", "read_supply", "read_team", "staff", "unpaid_in_catalogue",
]  # fmt: skip
