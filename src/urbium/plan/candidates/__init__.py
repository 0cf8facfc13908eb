"""From the catalogue to a roadmap: every solution in every city as a candidate with its cost and effects."""

from urbium.plan.candidates.promises import RULES
from urbium.plan.candidates.roadmap import candidates
from urbium.plan.candidates.sizes import city_budgets, city_people

__all__ = ["RULES", "candidates", "city_budgets", "city_people"]
