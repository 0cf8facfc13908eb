"""Finance: what a plan costs, by year and fund."""

from urbium.finance.cost_table import Costs, costs

__all__ = ["Costs", "costs"]
