"""Plan: choose projects and start years under limits, with a proven bound and a certificate.

``build_roadmap`` makes a roadmap (the problem as data) from the catalogue, ``solve`` a plan from a roadmap,
and ``certify`` checks any plan from the raw tables, without the solver. ``marginal_values`` says what more of
a limit is worth, ``delay`` what starting later costs, ``similarity`` how alike the cities' plans are, and
``surveys`` which figures to collect first.

Rooms: ``problem`` (the tables of a roadmap), ``inputs`` (how they are made of the catalogue), ``rules`` (the
limits), ``milp`` (the model and the solver), ``search`` (how a plan is found), ``verify`` (the certificate),
``result`` (the plan and what is read of it), ``analysis`` (what if, risk, robustness), ``why``.

Where to change what:

- a limit of plans: its file in ``rules/``, its check in ``verify/`` (the recipe is in CONTRIBUTING)
- what a project costs, needs and brings: ``inputs/``; which projects there are: ``data/rules/candidates.csv``
- why a project is not in the plan: ``why/``
"""

from urbium.plan.analysis.actuals import ACTUALS, read_actuals
from urbium.plan.analysis.alternatives import Alternatives, alternatives
from urbium.plan.analysis.delay import Delays, delay
from urbium.plan.analysis.draws import Draws
from urbium.plan.analysis.monte_carlo import Risk, risk
from urbium.plan.analysis.pareto import ParetoFront, pareto
from urbium.plan.analysis.ranges import Ranges, ranges
from urbium.plan.analysis.replanning import Replanning, replan
from urbium.plan.analysis.robust import RobustPlan, robust
from urbium.plan.analysis.shadow_prices import Margins, marginal_values
from urbium.plan.analysis.surveys import Surveys, surveys
from urbium.plan.inputs import RULES, build_roadmap
from urbium.plan.inputs.choices import with_choices
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.problem.tables import NATIONWIDE, Settings
from urbium.plan.result.comparison import Comparison, compare
from urbium.plan.result.plan import Plan
from urbium.plan.result.plan_file import plan_file, read_plan
from urbium.plan.result.proposal import proposed, read_starts
from urbium.plan.result.similarity import Similarity, similarity
from urbium.plan.result.summary import summary
from urbium.plan.result.years import (
    budget_totals,
    budget_use,
    by_city_year,
    by_solution_year,
    by_year,
    people_use,
    shortfall_words,
    shortfalls,
)
from urbium.plan.rules.checks import check_roadmap
from urbium.plan.search.exact import write_model
from urbium.plan.search.planner import solve
from urbium.plan.verify.certify import certify
from urbium.plan.verify.result import Certificate, Proposal
from urbium.plan.why.absence import explain_project
from urbium.plan.why.declared import is_of_catalogue, rests_on
from urbium.plan.why.names import Names

__all__ = [
    "ACTUALS",
    "NATIONWIDE",
    "RULES",
    "Alternatives",
    "Certificate",
    "Comparison",
    "Delays",
    "Draws",
    "Margins",
    "Names",
    "ParetoFront",
    "Plan",
    "Proposal",
    "Ranges",
    "Replanning",
    "Risk",
    "Roadmap",
    "RobustPlan",
    "Settings",
    "Similarity",
    "Surveys",
    "alternatives",
    "budget_totals",
    "budget_use",
    "build_roadmap",
    "by_city_year",
    "by_solution_year",
    "by_year",
    "certify",
    "check_roadmap",
    "compare",
    "delay",
    "explain_project",
    "is_of_catalogue",
    "marginal_values",
    "pareto",
    "people_use",
    "plan_file",
    "proposed",
    "ranges",
    "read_actuals",
    "read_plan",
    "read_starts",
    "replan",
    "rests_on",
    "risk",
    "robust",
    "shortfall_words",
    "shortfalls",
    "similarity",
    "solve",
    "summary",
    "surveys",
    "with_choices",
    "write_model",
]
