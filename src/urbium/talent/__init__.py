"""Talent: who is needed to build and run a plan, who is there, what is short, and what helps."""

from urbium.talent.assumed import Assumed
from urbium.talent.demand_of_plan import Demand, demand
from urbium.talent.reconciliation import Difference, differences
from urbium.talent.staff_of_plan import Staff, staff
from urbium.talent.supply import AgeRates, age_rates, read_supply

__all__ = [
    "AgeRates", "Assumed", "Demand", "Difference", "Staff", "age_rates", "demand", "differences",
    "read_supply", "staff",
]  # fmt: skip
