"""Measure: indicators by formula, indices by declared trees, scores that explain themselves.

Where to change what:

- a figure that is missing: one up to ``maximum_age`` years old stands in (``choose_figures`` of
  ``observations/in_force.py``), else it is left out and the other weights sum to one (``node_scores`` of
  ``aggregate.py``); a city with less than ``availability`` has no score (``steps/screen.py``); both are
  columns of ``data/indicators/indices.csv``; a step that imputes: ``steps/impute.py``; tried by
  ``tests/measure/test_aggregate.py``
- which rank cities of equal score (a tie) have: the better one, shared: ``rank`` of ``aggregate.py`` (scores
  rounded to nine decimals); who is listed first among them: the lower code, ``tables.py``
- how a score is explained, down to the cells: ``score_explanation.py``
"""

from urbium.measure.analysis import Analysis, analyse
from urbium.measure.claims.check import ClaimCheck, check_claims
from urbium.measure.claims.verdict import Verdict
from urbium.measure.comparison import Best, CityGap, Reversals, best_cities, city_gap, score_reversals
from urbium.measure.index import DEFAULT_RUNS, Scores, measure_index, sensitivity_of
from urbium.measure.indicators import indicator_values
from urbium.measure.panel import Panel, measure_panel
from urbium.measure.profiles import CityProfile, city_profile
from urbium.measure.required import needed_figures
from urbium.measure.review.influence import indicator_shares
from urbium.measure.score_explanation import explain_score
from urbium.measure.trust.anomalies import Anomalies, figure_anomalies, score_anomalies
from urbium.measure.trust.data_priorities import DataPriorities, data_priorities
from urbium.measure.trust.non_reporting import NonReporting, non_reporting
from urbium.measure.uncertainty.intervals import Uncertainty, uncertainty_of
from urbium.measure.uncertainty.sensitivity import Sensitivity
from urbium.measure.whatif import WhatIf, what_if

__all__ = [
    "DEFAULT_RUNS",
    "Analysis",
    "Anomalies",
    "Best",
    "CityGap",
    "CityProfile",
    "ClaimCheck",
    "DataPriorities",
    "NonReporting",
    "Panel",
    "Reversals",
    "Scores",
    "Sensitivity",
    "Uncertainty",
    "Verdict",
    "WhatIf",
    "analyse",
    "best_cities",
    "check_claims",
    "city_gap",
    "city_profile",
    "data_priorities",
    "explain_score",
    "figure_anomalies",
    "indicator_shares",
    "indicator_values",
    "measure_index",
    "measure_panel",
    "needed_figures",
    "non_reporting",
    "score_anomalies",
    "score_reversals",
    "sensitivity_of",
    "uncertainty_of",
    "what_if",
]
