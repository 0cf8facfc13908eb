"""Measure: indicators by formula, indices by declared trees, scores that explain themselves."""

from urbium.measure.analysis import Analysis, analyse
from urbium.measure.claims.check import ClaimCheck, check_claims
from urbium.measure.claims.verdict import Verdict
from urbium.measure.index import DEFAULT_RUNS, Scores, measure_index, sensitivity_of
from urbium.measure.indicators import indicator_values
from urbium.measure.panel import Panel, measure_panel
from urbium.measure.pipeline import is_of_hundred
from urbium.measure.portrait import Portrait, portrait
from urbium.measure.review.influence import indicator_shares
from urbium.measure.score_explanation import explain_score
from urbium.measure.trust.anomalies import Suspicion, suspicious_figures, suspicious_scores
from urbium.measure.trust.data_priorities import Information, value_of_information
from urbium.measure.trust.non_reporting import Silence, silence
from urbium.measure.uncertainty.intervals import Uncertainty, uncertainty
from urbium.measure.uncertainty.sensitivity import Sensitivity
from urbium.measure.whatif import WhatIf, what_if

__all__ = [
    "DEFAULT_RUNS",
    "Analysis",
    "ClaimCheck",
    "Information",
    "Panel",
    "Portrait",
    "Scores",
    "Sensitivity",
    "Silence",
    "Suspicion",
    "Uncertainty",
    "Verdict",
    "WhatIf",
    "analyse",
    "check_claims",
    "explain_score",
    "indicator_shares",
    "indicator_values",
    "is_of_hundred",
    "measure_index",
    "measure_panel",
    "portrait",
    "sensitivity_of",
    "silence",
    "suspicious_figures",
    "suspicious_scores",
    "uncertainty",
    "value_of_information",
    "what_if",
]
