"""Nothing is lost while the house is rebuilt: commands, options, addresses and public names of 26 November.

The lists are literals, written down before the rebuilding began. What has another name since then is listed
in ``RENAMED`` with the name it goes by now; what has neither is a loss, and a test fails.
"""

import importlib

import pytest

from urbium.cli import app
from urbium.programme import Programme
from urbium.web.api.nouns import NOUNS
from urbium.web.pages import PAGES

COMMANDS = {
    "accept": "--area --by --reason --source CITY PERIOD VARIABLE",
    "alternatives": "--most --save --share --time-limit",
    "analyse": "--save PART",
    "bundle": "FILE",
    "certify": "--save --starts NAME",
    "check": "--mapping --marked --projected-from --source FILE",
    "check-claims": "FILE",
    "compare": "--save A B",
    "delay": "--save --seconds --years CITY SOLUTION",
    "demo": "--browser --host --no-serve --port --serve",
    "explain": "--area --period CITY NAME WHAT",
    "export": "PATH",
    "faults": "",
    "finance": "--save --workbook",
    "forecast": "--adopt --by --reason --save --to --workbook WHAT",
    "front": "--against --points --save --time-limit",
    "information": "--save",
    "likeness": "--save",
    "load": "--by --dry-run --mapping --marked --projected-from --reason --source FILE",
    "load-ages": "--by --reason FILE",
    "measure": "--adopt --aggregate --availability --by --period --reason --runs --save --steps INDEX",
    "new": "",
    "panel": "--save --years PART",
    "plan": (
        "--adopt --begin --budget --by --empty-without --gap --keep --reason --roadmap --save "
        "--seed --time-limit --without --workbook --years"
    ),
    "plans": "",
    "profile": "--by CITY",
    "prospect": "--draws --save --seed --together",
    "register": "--by --dry-run --reason FILE",
    "replan": "--adopt --by --reason --roadmap --save --stability --time-limit --today ACTUALS",
    "roadmap": "--budget --empty-without --of --without --years PATH",
    "robust": "--adopt --aim --by --cost-quantile --draws --reason --save --seed --tail --time-limit",
    "sensitivity": "--base",
    "serve": "--allow --browser --empty-allow --host --port",
    "silence": "--save",
    "suspicions": "--save",
    "template": "--empty-periods --empty-variables --periods --variables FILE",
    "verify": "--trust FILE",
    "what-if": "--aggregate --availability --save --steps --value --weight",
    "workbook": "FILE",
    "worth": "--limit --more --most --save --seconds",
}
"""Every command, and its options beside those that all understand."""

ADDRESSES = """
    / /about/assumptions /about/sources /cities/{code:str} /cities/{code:str}/explain/{what:str} /data
    /indices /indices/{name:str} /nation /notice /plan /plan/compare /plan/why /vega/{name:str}
    /api/ages /api/cities /api/cities/{code:str} /api/cities/{code:str}/explain/{what:str} /api/faults
    /api/indices /api/indices/{name:str} /api/indices/{name:str}/what-if /api/nation
    /api/outlook/{code:str} /api/plan /api/plan/compare /api/plan/explain /api/plan/years /api/plans
    /api/pressure/{code:str} /api/scores /api/summary /api/workforce /downloads/{file:str}
"""
"""Every page, every noun of the API, and every download."""

VERBS = """
    accept adopt adopted ahead alternatives analyse bundle certify check check_claims cities city close
    compare explain explain_observation export faults finance forecast front information keep_plan load
    load_ages measure nation observations once outlook_book panel pilots places plan plan_book
    plan_called plan_workbook plans profile prospect record register register_file replan required
    roadmap robust_plan sensitivity silence solution_names sources summary suspicions template what_if
    why workbook
"""
"""What a programme can be asked to do."""

PUBLIC = {
    "urbium": """
        Programme __version__ new open open_demo
    """,
    "urbium.plan": """
        ACTUALS NATIONWIDE RULES Alternatives Certificate Comparison Delays Draws Front Likeness Margins
        Plan Proposal Prospect Ranges Replanning Roadmap RobustPlan Settings alternatives budget_totals
        budget_use by_city_year by_solution_year by_year candidates certify check_roadmap compare delay
        explain_project front in_words likeness marginal_values people_use proposed prospect ranges
        read_actuals read_starts replan rests_on robust shortfall_words shortfalls solve summary
        write_model
    """,
    "urbium.measure": """
        DEFAULT_RUNS Analysis ClaimCheck Information Panel Portrait Scores Sensitivity Silence Suspicion
        Uncertainty Verdict WhatIf analyse check_claims explain_score indicator_shares indicator_values
        measure_index measure_panel portrait sensitivity_of silence suspicious_figures
        suspicious_scores uncertainty value_of_information what_if
    """,
    "urbium.forecast": """
        CURVES KINDS Bands CityBands CohortInputs Cohorts Curve Futures Growth History Job Kind Nation
        Outlook Panel Paths Pressure Together Trial Workforce calibrate cohort_inputs draw draw_series
        explain_cohorts explain_verdict forecast_population forecast_pressure forecast_workforce futures
        history hold_against national_figures needs project_cities project_population project_yearly
        read_cohorts reconcile reconcile_nation run_trial score stream_nations together
    """,
    "urbium.finance": """
        Costs costs
    """,
    "urbium.programme": """
        Programme new open_programme
    """,
    "urbium.publish": """
        export_folder
    """,
    "urbium.sources": """
        Reading Register read_cities read_file read_mapping read_projects template
    """,
    "urbium.store": """
        FileStamp Receipt Store
    """,
    "urbium.catalogue": """
        DATA LEARNED Catalogue load_catalogue read_claims
    """,
    "urbium.charts": """
        albers budgets bundle bundle_name chances compiled content_hash correlation_map fan
        histogram money phases pillar_profile pillars place_map pressure_strip pressure_tide rank_intervals
        ranking render score_years shares sides starts sunburst timeline tradeoff two_plans year_map
    """,
    "urbium.web": """
        create_app serve
    """,
    "urbium.model": """
        NATION OBSERVATION Assumption Ceiling Choice City Claim Effect Evidence FinanceTerm Fund Index
        IndexNode Indicator Names Norm Observation Occupation Pilot Promise Proxy Quality Region Rule
        SkillNeed Solution Source Status Variable Variation
    """,
    "urbium.explanation": """
        Explanation Origin explain figure observed origin_of told trace
    """,
    "urbium.result": """
        Result check_ending save_table
    """,
    "urbium.errors": """
        ConflictError Fault ForbiddenError InfeasibleError InputError NotFoundError Severity UrbiumError
        check_seed counted few nearest
    """,
    "urbium.money": """
        Money
    """,
    "urbium.periods": """
        Period year_range
    """,
    "urbium.units": """
        Unit convert is_per_person unit units
    """,
    "urbium.files": """
        write_whole
    """,
    "urbium.text": """
        ENGLISH FOLDER Text Translator install language listed plain say sentences text texts
    """,
    "urbium.cli": """
        app main
    """,
    "urbium.examples.demo": """
        DEMO open_demo
    """,
}
"""The public names of every package."""

RENAMED: dict[str, dict[str, str]] = {
    "command": {
        "front": "pareto", "information": "data-priorities", "likeness": "similarity", "prospect": "risk",
        "silence": "non-reporting", "suspicions": "anomalies", "worth": "marginal-value",
    },
    "option": {"--seconds": "--work"},
    "verb": {
        "front": "pareto", "information": "data_priorities", "prospect": "risk", "silence": "non_reporting",
        "suspicions": "anomalies",
    },
    "urbium.charts": {"albers": "Projection"},
    "urbium.explanation": {"told": "observed"},
    "urbium.model": {"Rule": "ValueRule"},
    "urbium.sources": {"Register": "RegisterFile"},
    "urbium.forecast": {
        "Futures": "BaseForecasts", "Kind": "SeriesKind", "Nation": "NationOutlook", "Panel": "CityPanel",
        "Together": "CommonErrors", "Trial": "BacktestErrors", "calibrate": "calibrate_bands",
        "draw": "draw_jointly",
        "run_trial": "run_backtest", "score": "score_backtest",
    },
    "urbium.measure": {
        "Information": "DataPriorities", "Portrait": "CityProfile", "Silence": "NonReporting",
        "Suspicion": "Anomalies", "portrait": "city_profile", "silence": "non_reporting",
        "suspicious_figures": "figure_anomalies", "suspicious_scores": "score_anomalies",
        "uncertainty": "uncertainty_of", "value_of_information": "data_priorities",
    },
    "urbium.plan": {
        "Front": "ParetoFront", "Likeness": "Similarity", "Prospect": "Risk", "candidates": "build_roadmap",
        "front": "pareto", "in_words": "explain_project", "likeness": "similarity", "prospect": "risk",
    },
}  # fmt: skip
"""By where it stood (``command``, ``option``, ``address``, ``verb``, a package), its name then and now."""

_EVERYWHERE = ("--database", "-d", "--catalogue", "--json", "--rows")


DELETED = {
    "urbium.charts": ["pillars"],
    "urbium.forecast": [
        "CityBands", "Job", "hold_against", "needs", "project_yearly", "stream_nations", "together"
    ],
    "urbium.sources": ["read_projects"],
}  # fmt: skip
"""What no command, page or declaration could reach: 20,000 cities streamed year by year; single ages; a file
of proposed projects; later figures beside a forecast; targets of indicators from norms of services; bars of
pillars (a city's are drawn beside its peers). What errors have in common is learned by the bench."""


def lost(kind, then, now):
    """Return the names of then that are neither there now nor by the name declared for them."""
    renamed = RENAMED.get(kind, {})
    deleted = DELETED.get(kind, [])
    return [name for name in then if name not in now and renamed.get(name) not in now and name not in deleted]


def options(command):
    return {name for entry in app[command].assemble_argument_collection() for name in entry.names}


def test_no_command_is_lost():
    assert lost("command", COMMANDS, set(app)) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_no_option_of_a_command_is_lost(command):
    now = RENAMED.get("command", {}).get(command, command)

    assert lost("option", COMMANDS[command].split(), options(now)) == []


@pytest.mark.parametrize("command", [command for command in COMMANDS if command != "demo"])
def test_every_command_takes_the_options_that_all_understand(command):
    now = RENAMED.get("command", {}).get(command, command)

    assert lost("option", _EVERYWHERE, options(now)) == []


def test_no_address_is_lost():
    now = {path for handler in (*PAGES, *NOUNS) for path in handler.paths}

    assert lost("address", ADDRESSES.split(), now) == []


def test_no_verb_of_a_programme_is_lost():
    assert lost("verb", VERBS.split(), dir(Programme)) == []


@pytest.mark.parametrize("package", PUBLIC)
def test_no_public_name_of_a_package_is_lost(package):
    now = importlib.import_module(package)

    assert lost(package, PUBLIC[package].split(), getattr(now, "__all__", dir(now))) == []
