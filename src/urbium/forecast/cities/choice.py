"""Choice: the levels of bands, the horizons that are reported, and how far bands go on beyond them."""

__all__ = ["HORIZONS", "LEVELS", "POWER"]

LEVELS = (0.80, 0.95)
"""Shares of errors inside the inner and the outer band."""

HORIZONS = (1, 3, 5, 10, 15, 20)
"""Horizons in years at which forecasts are held against what came, where the series reach."""

POWER = 1.5
"""Growth of errors with the horizon beyond what was back-tested: that of a growth rate that wanders."""
