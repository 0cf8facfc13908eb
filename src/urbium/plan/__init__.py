"""Plan: choose projects and start years under limits, with a proven bound and a certificate.

``candidates`` makes a roadmap (the problem as data) from the catalogue, ``solve`` a plan from a roadmap, and
``certify`` checks any plan from the raw tables, without the solver. ``marginal_values`` says what more of a
limit is worth, ``delay`` what starting later costs, ``likeness`` how alike the cities' plans are.
"""

from urbium.plan.candidates import RULES, candidates
from urbium.plan.certificate import Certificate, Proposal, certify
from urbium.plan.choice import (
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
from urbium.plan.comparison import Comparison, compare
from urbium.plan.delay import Delays, delay
from urbium.plan.evidence import in_words, rests_on
from urbium.plan.likeness import Likeness, likeness
from urbium.plan.marginal import Margins, marginal_values
from urbium.plan.plan import Plan
from urbium.plan.proposed import proposed, read_starts
from urbium.plan.roadmap import NATIONWIDE, Roadmap, Settings
from urbium.plan.solve import solve
from urbium.plan.summary import summary
from urbium.plan.years import (
    budget_totals,
    budget_use,
    by_city_year,
    by_solution_year,
    by_year,
    people_use,
    shortfall_words,
    shortfalls,
)

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
    "compare",
    "delay",
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
]
