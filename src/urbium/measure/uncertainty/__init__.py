"""Uncertainty: an index computed many times, with other choices and other data, and what the ranks do.

Where to change what:

- the interval of a rank: ``intervals.py``; its tier: ``tiers.py``; what varies: ``choices.py``; how many
  runs there are: ``DEFAULT_RUNS`` in ``measure/index.py``; which choice moves a result most:
  ``sensitivity.py``
"""
