"""Plan: choose projects and start years under limits, with a proven bound and a certificate.

``candidates`` makes a roadmap (the problem as data) from the catalogue, ``solve`` a plan from a roadmap, and
``certify`` checks any plan from the raw tables, without the solver. ``marginal_values`` says what more of a
limit is worth, ``delay`` what starting later costs, ``likeness`` how alike the cities' plans are.
"""

from urbium.plan.analysis import (
    ACTUALS,
    Alternatives,
    Draws,
    Front,
    Prospect,
    Ranges,
    Replanning,
    RobustPlan,
    alternatives,
    front,
    prospect,
    ranges,
    read_actuals,
    replan,
    robust,
)
from urbium.plan.analysis.delay import Delays, delay
from urbium.plan.analysis.shadow_prices import Margins, marginal_values
from urbium.plan.build import RULES, candidates
from urbium.plan.problem.roadmap import NATIONWIDE, Roadmap, Settings
from urbium.plan.result.comparison import Comparison, compare
from urbium.plan.result.plan import Plan
from urbium.plan.result.proposal import proposed, read_starts
from urbium.plan.result.similarity import Likeness, likeness
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
from urbium.plan.verify.certify import Certificate, Proposal, certify
from urbium.plan.why.absence import explain_project
from urbium.plan.why.words import in_words, rests_on

__all__ = [
    "ACTUALS",
    "NATIONWIDE",
    "RULES",
    "Alternatives",
    "Certificate",
    "Comparison",
    "Delays",
    "Draws",
    "Front",
    "Likeness",
    "Margins",
    "Plan",
    "Proposal",
    "Prospect",
    "Ranges",
    "Replanning",
    "Roadmap",
    "RobustPlan",
    "Settings",
    "alternatives",
    "budget_totals",
    "budget_use",
    "by_city_year",
    "by_solution_year",
    "by_year",
    "candidates",
    "certify",
    "check_roadmap",
    "compare",
    "delay",
    "explain_project",
    "front",
    "in_words",
    "likeness",
    "marginal_values",
    "people_use",
    "proposed",
    "prospect",
    "ranges",
    "read_actuals",
    "read_starts",
    "replan",
    "rests_on",
    "robust",
    "shortfall_words",
    "shortfalls",
    "solve",
    "summary",
    "write_model",
]
