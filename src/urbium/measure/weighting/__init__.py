"""Weighting: where the weights of an index come from: rules, data, people, or each city's own best.

Where to change what:

- how points or pairwise judgements of experts (AHP) become weights: ``experts.py``; the list of
  weightings, and how they are read from the row of an index: ``registry.py``; weights from the data:
  ``weights.py``
"""
