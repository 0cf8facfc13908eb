"""What a search returns: the plan, its years, limits, comparison, similarity and summary.

Where to change what:

- what a plan changes in natural units: ``natural_units.py``; amounts that a source states: ``amount_*``
  of ``data/solutions/ceilings.csv``, kept in a roadmap's table ``potentials``
  (``plan/inputs/effects.py``)
- what is kept of a plan that is adopted: ``plan.py`` (``pack``); of the other stages: their row in
  ``programme/base/stages.py``
"""
