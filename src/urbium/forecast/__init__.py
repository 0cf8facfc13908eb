"""Forecast: look ahead at urban growth, with bands and a back-test."""

from urbium.forecast.backtest import score
from urbium.forecast.balance import reconcile_nation
from urbium.forecast.choice import Bands, Mixture, calibrate, choose
from urbium.forecast.city_cohorts import project_cities
from urbium.forecast.cohort_inputs import CohortInputs, cohort_inputs, read_cohorts
from urbium.forecast.cohort_result import Cohorts
from urbium.forecast.curves import CURVES, Curve, History, Panel, history
from urbium.forecast.demand import futures
from urbium.forecast.growth import forecast_population
from urbium.forecast.hindsight import hold_against
from urbium.forecast.nation import Nation
from urbium.forecast.needs import needs
from urbium.forecast.outlook import Outlook
from urbium.forecast.population import project_population
from urbium.forecast.pressure import forecast_pressure
from urbium.forecast.reconcile import Futures, reconcile
from urbium.forecast.sector_trial import SectorTrial, try_sectors
from urbium.forecast.shortage import Pressure
from urbium.forecast.stream import CityBands, Job, stream_nations
from urbium.forecast.trial import Trial, run_trial
from urbium.forecast.urbanisation import draw_series, national_figures
from urbium.forecast.workforce import forecast_workforce
from urbium.forecast.workforce_result import Workforce
from urbium.forecast.yearly import project_yearly

__all__ = [
    "CURVES",
    "Bands",
    "CityBands",
    "CohortInputs",
    "Cohorts",
    "Curve",
    "Futures",
    "History",
    "Job",
    "Mixture",
    "Nation",
    "Outlook",
    "Panel",
    "Pressure",
    "SectorTrial",
    "Trial",
    "Workforce",
    "calibrate",
    "choose",
    "cohort_inputs",
    "draw_series",
    "forecast_population",
    "forecast_pressure",
    "forecast_workforce",
    "futures",
    "history",
    "hold_against",
    "national_figures",
    "needs",
    "project_cities",
    "project_population",
    "project_yearly",
    "read_cohorts",
    "reconcile",
    "reconcile_nation",
    "run_trial",
    "score",
    "stream_nations",
    "try_sectors",
]
