"""Measure: indicators by formula, indices by declared trees, scores that explain themselves."""

from urbium.measure.claims import ClaimCheck, check_claims
from urbium.measure.index import Scores, measure_index
from urbium.measure.indicators import indicator_values
from urbium.measure.judgement import Verdict

__all__ = ["ClaimCheck", "Scores", "Verdict", "check_claims", "indicator_values", "measure_index"]
