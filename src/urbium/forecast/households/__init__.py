"""Households: how many there are beside the people, in the years ahead.

Where to change what:

- households beside heads: ``forecast/households/`` (``size_trend.py``, ``headship.py``,
  ``size_figures.py``); numbers: ``household_size.*`` in ``data/rules/demography.csv``, judged by
  ``bench/households.py``; dwellings by them: ``forecast/pressure/assessment.py``
"""
