"""What a search returns: the plan, its years, limits, comparison, similarity and summary.

Where to change what:

- how a plan is put together from what a search found: ``assembly.py``
- what two plans were given differently, in words: ``input_differences.py``
- a plan in a few sentences (the brief's "In short"): ``summary.py``; which of them the brief says:
  ``publish/documents/programme_parts.py``
- the gap that pages show: ``Plan.gap`` of ``plan.py``, by ``gap_to`` of ``proof.py``, which says it, too; the
  bound: ``plan/search/planner.py``
- what a plan changes in natural units: ``natural_units.py``; amounts that a source states: ``amount_*``
  of ``data/solutions/ceilings.csv``, kept in a roadmap's table ``potentials``
  (``plan/inputs/effects.py``)
- what is kept of a plan that is adopted: ``plan.py`` (``pack``); of the other stages: their row in
  ``programme/base/stages.py``
"""
