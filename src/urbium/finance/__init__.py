"""Finance: what a plan costs, what its projects bring in and earn, and what their money costs."""

from urbium.finance.appraisal import Appraisal, CostOnly, Earning, appraise
from urbium.finance.cash_flow import CashFlows, Line, ProjectCosts, Terms, cash_flows
from urbium.finance.cost_table import Costs, costs
from urbium.finance.draws import Bands, Uncertainty, draw
from urbium.finance.effectiveness import cost_per_gain, cost_per_gain_of_plan
from urbium.finance.inflows import Inflow
from urbium.finance.internal_rates import Returns, returns
from urbium.finance.of_plan import appraise_plan, draw_plan
from urbium.finance.prices import Basis, DiscountRate, Inflation, YearlyAmounts

__all__ = [
    "Appraisal", "Bands", "Basis", "CashFlows", "CostOnly", "Costs", "DiscountRate", "Earning", "Inflation",
    "Inflow", "Line", "ProjectCosts", "Returns", "Terms", "Uncertainty", "YearlyAmounts", "appraise",
    "appraise_plan", "cash_flows", "cost_per_gain", "cost_per_gain_of_plan", "costs", "draw", "draw_plan",
    "returns",
]  # fmt: skip
