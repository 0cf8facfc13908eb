"""Measure: indicators by formula, indices by declared trees, scores that explain themselves."""
