"""Forecast: look ahead, with bands that say how sure, and back-tests that say how good.

Rooms: ``cities`` (growth of each city), ``ages`` (people by age and sex), ``nation`` (all of them adding
up), ``workforce`` (sectors and jobs), ``pressure`` (services that run short). They share futures
(:mod:`urbium.forecast.paths`) and measures of accuracy (:mod:`urbium.forecast.accuracy`).
"""

from urbium.forecast.ages.cities import project_cities
from urbium.forecast.ages.cohort_explanation import explain_cohorts
from urbium.forecast.ages.ex_post import hold_against
from urbium.forecast.ages.inputs import CohortInputs, cohort_inputs, read_cohorts
from urbium.forecast.ages.population import project_population
from urbium.forecast.ages.result import Cohorts
from urbium.forecast.ages.yearly import project_yearly
from urbium.forecast.cities.backtest import score
from urbium.forecast.cities.bands import Bands, calibrate
from urbium.forecast.cities.curves import CURVES, Curve, History, Panel, history
from urbium.forecast.cities.growth import forecast_population
from urbium.forecast.cities.joint_draws import Together, draw, together
from urbium.forecast.cities.outlook import Outlook
from urbium.forecast.cities.pooled import Growth
from urbium.forecast.cities.terms import KINDS, Kind
from urbium.forecast.cities.trial_run import Trial, run_trial
from urbium.forecast.nation.reconcile import Futures, reconcile
from urbium.forecast.nation.reconciliation import reconcile_nation
from urbium.forecast.nation.result import Nation
from urbium.forecast.nation.stream import CityBands, Job, stream_nations
from urbium.forecast.nation.urbanisation import draw_series, national_figures
from urbium.forecast.paths import Paths
from urbium.forecast.pressure.demand import futures
from urbium.forecast.pressure.needs import needs
from urbium.forecast.pressure.pressure import forecast_pressure
from urbium.forecast.pressure.result import Pressure
from urbium.forecast.pressure.verdict_explanation import explain_verdict
from urbium.forecast.workforce.result import Workforce
from urbium.forecast.workforce.workforce import forecast_workforce

__all__ = [
    "CURVES",
    "KINDS",
    "Bands",
    "CityBands",
    "CohortInputs",
    "Cohorts",
    "Curve",
    "Futures",
    "Growth",
    "History",
    "Job",
    "Kind",
    "Nation",
    "Outlook",
    "Panel",
    "Paths",
    "Pressure",
    "Together",
    "Trial",
    "Workforce",
    "calibrate",
    "cohort_inputs",
    "draw",
    "draw_series",
    "explain_cohorts",
    "explain_verdict",
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
    "together",
]
