"""Forecast: look ahead, with bands that say how sure, and back-tests that say how good.

Rooms: ``cities`` (growth of each city), ``ages`` (people by age and sex), ``nation`` (all of them adding
up), ``households``, ``workforce`` (sectors and jobs), ``pressure`` (services that run short). They share
futures (:mod:`urbium.forecast.paths`) and measures of accuracy (:mod:`urbium.forecast.accuracy`).

Where to change what:

- a method of a city's growth: ``cities/curves.py``, its place among them: ``cities/combination.py``;
  which kinds of series it is for (long, short): ``kind_of`` of ``cities/growth_terms.py``
- which figure is forecast by which method: population of a city: ``cities/combination.py``; sectors:
  ``workforce/sector_combination.py``; size of households: ``households/size_trend.py``; share in cities:
  ``nation/urbanisation.py``; any other indicator only for the target of a task book: the city outlook,
  else last value and drift (``_outlook`` of ``track/early_warning.py``)
- how methods were judged, on which years, and how often anybody looked: ``bench/truth.py`` (no command
  prints it), ADR 0024
- that bands hold 80% and 95% of what comes: ``LEVELS`` of ``paths.py``; limits of cities are learned for
  these two (``limit80.*``, ``limit95.*`` of ``data/rules/growth.csv``), and columns are named after them
  (``LIMITS``: ``low80`` ... ``high95``), by which pages, books and ``track`` read them
- how far ahead: always asked (``to``), no default; the demo's: ``horizon`` of ``data/demo/programme.csv``
- a norm of services (beds, classrooms): ``data/rules/norms.csv``; what is held against it: ``pressure/``
"""

from urbium.forecast.ages.city_ages import CityAges, project_counted
from urbium.forecast.ages.city_ages_explanation import explain_city_ages
from urbium.forecast.ages.city_cohorts import project_cities
from urbium.forecast.ages.city_totals import totals_of
from urbium.forecast.ages.cohort_explanation import explain_cohorts
from urbium.forecast.ages.cohort_result import Cohorts
from urbium.forecast.ages.inputs import CohortInputs, cohort_inputs, read_ages, read_cohorts
from urbium.forecast.ages.people_by_age import PeopleByAge
from urbium.forecast.ages.place_counts import PlaceCounts, place_counts, split_counts
from urbium.forecast.ages.population import project_population
from urbium.forecast.ages.rebasing import rebase_population
from urbium.forecast.cities.backtest_report import score_backtest
from urbium.forecast.cities.bands import Bands, calibrate_bands
from urbium.forecast.cities.city_outlook import Outlook
from urbium.forecast.cities.combination import Growth
from urbium.forecast.cities.conditional import condition
from urbium.forecast.cities.curves import CURVES, CityPanel, Curve, History, history
from urbium.forecast.cities.growth import forecast_population
from urbium.forecast.cities.growth_terms import KINDS, SeriesKind
from urbium.forecast.cities.joint_draws import CommonErrors, draw_jointly
from urbium.forecast.cities.rolling_origin import BacktestErrors, run_backtest
from urbium.forecast.households.headship import households_by_headship
from urbium.forecast.households.households import Households, forecast_households
from urbium.forecast.households.households_explanation import explain_households
from urbium.forecast.nation.hierarchy import BaseForecasts, reconcile
from urbium.forecast.nation.how_we_did import HowWeDid, gather, hold_outlook
from urbium.forecast.nation.nation_outlook import NationOutlook
from urbium.forecast.nation.reconciliation import reconcile_nation
from urbium.forecast.nation.urbanisation import draw_series, national_figures
from urbium.forecast.paths import Paths
from urbium.forecast.pressure.assessment import forecast_pressure
from urbium.forecast.pressure.demand import futures
from urbium.forecast.pressure.pressure_result import Pressure
from urbium.forecast.pressure.verdict_explanation import explain_verdict
from urbium.forecast.workforce.workforce import forecast_workforce
from urbium.forecast.workforce.workforce_result import Workforce

__all__ = [
    "CURVES",
    "KINDS",
    "BacktestErrors",
    "Bands",
    "BaseForecasts",
    "CityAges",
    "CityPanel",
    "CohortInputs",
    "Cohorts",
    "CommonErrors",
    "Curve",
    "Growth",
    "History",
    "Households",
    "HowWeDid",
    "NationOutlook",
    "Outlook",
    "Paths",
    "PeopleByAge",
    "PlaceCounts",
    "Pressure",
    "SeriesKind",
    "Workforce",
    "calibrate_bands",
    "cohort_inputs",
    "condition",
    "draw_jointly",
    "draw_series",
    "explain_city_ages",
    "explain_cohorts",
    "explain_households",
    "explain_verdict",
    "forecast_households",
    "forecast_population",
    "forecast_pressure",
    "forecast_workforce",
    "futures",
    "gather",
    "history",
    "hold_outlook",
    "households_by_headship",
    "national_figures",
    "place_counts",
    "project_cities",
    "project_counted",
    "project_population",
    "read_ages",
    "read_cohorts",
    "rebase_population",
    "reconcile",
    "reconcile_nation",
    "run_backtest",
    "score_backtest",
    "split_counts",
    "totals_of",
]
