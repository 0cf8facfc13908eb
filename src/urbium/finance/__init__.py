"""Finance: what a plan costs, by year and fund."""

from urbium.finance.costs import Costs, costs

__all__ = ["Costs", "costs"]
