"""Forecast: look ahead at urban growth, with bands and a back-test."""

from urbium.forecast.backtest import score
from urbium.forecast.balance import reconcile_nation
from urbium.forecast.choice import Bands, Mixture, calibrate, choose
from urbium.forecast.curves import CURVES, Curve, History, Panel, history
from urbium.forecast.growth import forecast_population
from urbium.forecast.nation import Nation
from urbium.forecast.outlook import Outlook
from urbium.forecast.reconcile import Futures, reconcile
from urbium.forecast.stream import CityBands, Job, stream_nations
from urbium.forecast.trial import Trial, run_trial
from urbium.forecast.urbanisation import draw_series, national_figures

__all__ = [
    "CURVES",
    "Bands",
    "CityBands",
    "Curve",
    "Futures",
    "History",
    "Job",
    "Mixture",
    "Nation",
    "Outlook",
    "Panel",
    "Trial",
    "calibrate",
    "choose",
    "draw_series",
    "forecast_population",
    "history",
    "national_figures",
    "reconcile",
    "reconcile_nation",
    "run_trial",
    "score",
    "stream_nations",
]
