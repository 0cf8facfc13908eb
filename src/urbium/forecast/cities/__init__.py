"""Cities: the growth of each city by one pooled model, with bands, paths and a back-test.

Where to change what:

- the width of a city's bands: ``bands.py``; how far a nation's own yearly figures draw a forecast to
  their latest trend: ``own_panel.py``; weights, widths and years of counts in ``data/rules/growth.csv``,
  learned by ``bench/growth_rules.py``
- what a lever does to a city: ``conditional.py``; elasticities ``lever.*`` in ``data/rules/growth.csv``
"""
