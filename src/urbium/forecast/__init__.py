"""Forecast: look ahead at urban growth, with bands and a back-test."""

from urbium.forecast.backtest import score
from urbium.forecast.bands import Bands, calibrate
from urbium.forecast.curves import CURVES, Curve, History, Panel, history
from urbium.forecast.growth import forecast_population
from urbium.forecast.outlook import Outlook
from urbium.forecast.pooled import Growth
from urbium.forecast.terms import KINDS, Kind
from urbium.forecast.together import Together, draw, together
from urbium.forecast.trial import Trial, run_trial

__all__ = [
    "CURVES",
    "KINDS",
    "Bands",
    "Curve",
    "Growth",
    "History",
    "Kind",
    "Outlook",
    "Panel",
    "Together",
    "Trial",
    "calibrate",
    "draw",
    "forecast_population",
    "history",
    "run_trial",
    "score",
    "together",
]
