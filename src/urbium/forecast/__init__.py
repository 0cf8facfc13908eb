"""Forecast: look ahead at urban growth, with bands and a back-test."""

from urbium.forecast.backtest import score
from urbium.forecast.choice import Bands, Mixture, calibrate, choose
from urbium.forecast.curves import CURVES, Curve, History, Panel, history
from urbium.forecast.growth import forecast_population
from urbium.forecast.outlook import Outlook
from urbium.forecast.trial import Trial, run_trial

__all__ = [
    "CURVES",
    "Bands",
    "Curve",
    "History",
    "Mixture",
    "Outlook",
    "Panel",
    "Trial",
    "calibrate",
    "choose",
    "forecast_population",
    "history",
    "run_trial",
    "score",
]
