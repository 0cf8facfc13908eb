"""Checks: what is implausible in figures that were read: by range, rule, history, column and row.

They find and mark, and raise nothing. What is wrong in a file itself is refused where it is read.

Where to change what:

- when a value is suspect (it is stored and never used): its range, possible and plausible: ``hard_min``
  ... ``plausible_max`` of its variable in ``data/variables``, read by ``plausibility.py``; thresholds of
  jumps, histories, sums and comparisons: ``data/rules/checks.csv``; what a rule of a kind finds:
  ``rules.py``; against a figure's own history, or equal to the line above or below:
  ``history_rules.py``; a figure off by a factor: ``factor_slips.py``; whole columns and rows:
  ``columns.py``, ``row_shifts.py``, ``copied_years.py``, ``row_swaps.py``
"""
