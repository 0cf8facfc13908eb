"""Steps: what is done to the values of an index before they are brought together, as array functions.

Where to change what:

- whether more of an indicator is better: ``direction`` of ``data/indicators`` (1 or -1; blank or 0: shown,
  never scored); turned round in ``_facing`` of ``normalise.py``
- bounds of goalposts, one pair for all or an indicator's own: in ``steps`` of the index's row; read by
  ``put_between_goalposts`` of ``adapters.py``
- a step, weighting or mean of an index: a row in ``registry.py``, ``measure/weighting/registry.py``,
  ``measure/means.py``
- how an index normalises (min-max, z-score, rank) and treats outliers, its mean and its weighting: its row
  in ``data/indicators/indices.csv`` (``steps``, ``aggregate``, ``weighting``); the arithmetic:
  ``normalise.py``, ``treat.py``
"""
