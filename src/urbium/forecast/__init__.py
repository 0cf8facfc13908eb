"""Forecast: look ahead at urban growth, with bands and a back-test."""

from urbium.forecast.backtest import score
from urbium.forecast.choice import Bands, Mixture, calibrate, choose
from urbium.forecast.city_cohorts import project_cities
from urbium.forecast.cohort_inputs import CohortInputs, cohort_inputs, read_cohorts
from urbium.forecast.cohort_result import Cohorts
from urbium.forecast.curves import CURVES, Curve, History, Panel, history
from urbium.forecast.growth import forecast_population
from urbium.forecast.hindsight import hold_against
from urbium.forecast.outlook import Outlook
from urbium.forecast.population import project_population
from urbium.forecast.trial import Trial, run_trial
from urbium.forecast.yearly import project_yearly

__all__ = [
    "CURVES",
    "Bands",
    "CohortInputs",
    "Cohorts",
    "Curve",
    "History",
    "Mixture",
    "Outlook",
    "Panel",
    "Trial",
    "calibrate",
    "choose",
    "cohort_inputs",
    "forecast_population",
    "history",
    "hold_against",
    "project_cities",
    "project_population",
    "project_yearly",
    "read_cohorts",
    "run_trial",
    "score",
]
