"""From the catalogue to a roadmap: every solution in every city as a candidate with its cost and effects."""

from urbium.plan.build.build import build_roadmap, undeclared
from urbium.plan.build.declared_rules import RULES
from urbium.plan.build.sizes import city_budgets, city_people

__all__ = ["RULES", "build_roadmap", "city_budgets", "city_people", "undeclared"]
