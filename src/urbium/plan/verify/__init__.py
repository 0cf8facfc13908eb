"""The independent check of a plan: limits, objective, dual bound; it shares nothing with the planner.

Where to change what:

- which checks are made, in which order: ``certify.py``; a check: ``choices.py``, ``money.py``,
  ``people.py``, ``standards.py``; its title: ``result.py``
- the bound recomputed without the solver: added up in ``dual_bound.py``; terms of limits and gaps:
  ``dual_shared.py``, of a project: ``dual_projects.py``; which limits have a price: ``dual_prices.py``
"""
