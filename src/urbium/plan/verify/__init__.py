"""The independent check of a plan: limits, objective, dual bound; it shares nothing with the planner.

Where to change what:

- the bound recomputed without the solver: ``dual_bound.py`` and ``dual_*.py`` beside it
"""
