"""Finance: what a plan costs, by year and fund; what its projects bring in, and what their money costs."""

from urbium.finance.cost_table import Costs, costs

__all__ = ["Costs", "costs"]
