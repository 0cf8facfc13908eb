"""Forecast: look ahead at urban growth, with bands and a back-test."""

from urbium.forecast.backtest import score
from urbium.forecast.choice import Bands, Mixture, calibrate, choose
from urbium.forecast.curves import CURVES, Curve, History, Panel, history
from urbium.forecast.growth import forecast_population
from urbium.forecast.outlook import Outlook
from urbium.forecast.sector_trial import SectorTrial, try_sectors
from urbium.forecast.trial import Trial, run_trial
from urbium.forecast.workforce import forecast_workforce
from urbium.forecast.workforce_result import Workforce

__all__ = [
    "CURVES",
    "Bands",
    "Curve",
    "History",
    "Mixture",
    "Outlook",
    "Panel",
    "SectorTrial",
    "Trial",
    "Workforce",
    "calibrate",
    "choose",
    "forecast_population",
    "forecast_workforce",
    "history",
    "run_trial",
    "score",
    "try_sectors",
]
