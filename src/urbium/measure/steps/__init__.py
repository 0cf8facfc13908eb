"""Steps: what is done to the values of an index before they are brought together, as array functions.

Where to change what:

- a step, weighting or mean of an index: a row in ``registry.py``, ``measure/weighting/registry.py``,
  ``measure/means.py``
- how an index normalises (min-max, z-score, rank) and treats outliers, its mean and its weighting: its row
  in ``data/indicators/indices.csv`` (``steps``, ``aggregate``, ``weighting``); the arithmetic:
  ``normalise.py``, ``treat.py``
"""
