"""Plan: choose projects and start years under limits, with a proven bound and a certificate.

``candidates`` makes a roadmap (the problem as data) from the catalogue, ``solve`` a plan from a roadmap, and
``certify`` checks any plan from the raw tables, without the solver.
"""

from urbium.plan.candidates import candidates
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
from urbium.plan.evidence import in_words, rests_on
from urbium.plan.plan import Plan
from urbium.plan.roadmap import NATIONWIDE, Roadmap, Settings
from urbium.plan.solve import solve

__all__ = [
    "ACTUALS",
    "NATIONWIDE",
    "Alternatives",
    "Certificate",
    "Draws",
    "Front",
    "Plan",
    "Proposal",
    "Prospect",
    "Ranges",
    "Replanning",
    "Roadmap",
    "RobustPlan",
    "Settings",
    "alternatives",
    "candidates",
    "certify",
    "front",
    "in_words",
    "prospect",
    "ranges",
    "read_actuals",
    "replan",
    "rests_on",
    "robust",
    "solve",
]
