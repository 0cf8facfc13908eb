"""From the catalogue to a roadmap: every solution in every city as a candidate with its cost and effects."""

from urbium.plan.build.declared_rules import RULES
from urbium.plan.build.build import candidates
from urbium.plan.build.sizes import city_budgets, city_people

__all__ = ["RULES", "candidates", "city_budgets", "city_people"]
