"""Cities: the growth of each city by one pooled model, with bands, paths and a back-test.

Where to change what:

- the width of a city's bands: ``bands.py``; how far a nation's own yearly figures draw a forecast to
  their latest trend: ``own_panel.py``; weights, widths and years of counts in ``data/rules/growth.csv``,
  learned by ``bench/growth_rules.py``
- what a lever does to a city: ``conditional.py``; elasticities ``lever.*`` in ``data/rules/growth.csv``
- which simple models (members, candidates) a city's forecast is the mean of: ``combination.py``
  (``MEMBERS``); what they look at: ``growth_terms.py``; weights: ``*.weight.*`` in ``data/rules/growth.csv``,
  learned by ``bench/calibration/city_growth_fit.py``; methods that it is held against (trend, damped,
  naive): ``curves.py`` (``CURVES``)
- whether a back-test chooses between models: of a nation's own panel, yes: ``trend_weight`` of
  ``own_panel.py``; else weights are declared, by length of series; which kind a city gets, and which series
  are too short and refused: ``project`` of ``projection.py``
- scores of the back-test of a nation's own counts: ``backtest_report.py``; errors at each origin:
  ``rolling_origin.py``; measures (CRPS, coverage): ``forecast/accuracy.py``; on held-out data:
  ``bench/truth.py``
"""
