"""Forecast: look ahead at urban growth, with bands and a back-test."""

from urbium.forecast.backtest import score
from urbium.forecast.choice import Bands, Mixture, calibrate, choose
from urbium.forecast.curves import CURVES, Curve, History, Panel, history
from urbium.forecast.demand import futures
from urbium.forecast.growth import forecast_population
from urbium.forecast.needs import needs
from urbium.forecast.outlook import Outlook
from urbium.forecast.pressure import forecast_pressure
from urbium.forecast.shortage import Pressure
from urbium.forecast.trial import Trial, run_trial

__all__ = [
    "CURVES",
    "Bands",
    "Curve",
    "History",
    "Mixture",
    "Outlook",
    "Panel",
    "Pressure",
    "Trial",
    "calibrate",
    "choose",
    "forecast_population",
    "forecast_pressure",
    "futures",
    "history",
    "needs",
    "run_trial",
    "score",
]
