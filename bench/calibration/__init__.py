"""Calibration: learns the declared coefficients from the reference data; no page imports it."""
