"""The independent check of a plan: limits, objective, bound; it shares only the problem with the planner.

Where to change what:

- which checks are made, in which order: ``certify.py``; a check: ``choices.py``, ``money.py``,
  ``people.py``, ``standards.py``, ``overruns.py``; its title: ``data/roadmap/checks.csv``
- the bound recomputed without the solver: added up in ``dual_bound.py``; terms of limits and gaps:
  ``dual_shared.py``, of a project: ``dual_projects.py``, of a standard: ``dual_standards.py``; which limits
  have a price: ``dual_prices.py``
- the tests of all this: ``tests/plan/verify``, against trying all plans
  ``tests/plan/test_brute_force.py``, rule by rule ``tests/plan/rules/test_certificate.py``, of
  national plans ``tests/plan/search/national/test_certificate.py``
"""
