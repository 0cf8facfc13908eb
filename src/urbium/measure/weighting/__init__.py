"""Weighting: where the weights of an index come from: rules, data, people, or each city's own best.

Where to change what:

- declared weights: column ``weight`` of ``data/indicators/index_tree.csv``, a programme's own over them
  (``urbium catalogue import``: a command, no page); that they sum to one: ``_weights`` of
  ``catalogue/checks/references.py``
- how points or pairwise judgements of experts (AHP) become weights: ``experts.py``; the list of
  weightings, and how they are read from the row of an index: ``registry.py``; weights from the data:
  ``weights.py``
"""
