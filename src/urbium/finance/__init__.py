"""Finance: what a plan costs, what its projects bring in and earn, and what their money costs (ADR 0082).

Where to change what:

- the cheapest mix of money, and why an instrument is not in it: ``mix.py``, ``mix_task.py``; of a plan, a
  city or a project: ``plan_mix.py``; the program that is solved: ``funding.py``
- who pays what of a plan (grant, loan, own money), which ``mix.py`` does not change: the limits:
  ``plan/rules/funds.py``; the split within them: ``split_money`` of ``plan/milp/financing.py``; by which
  instrument a fund gives: ``plan/inputs/repayments.py``
- what a plan leaves of a city's limit, by year to the last payment: ``fiscal_space.py``,
  ``plan_money.py``; said on pages: ``web/views/plans/later_money.py``, in the workbook:
  ``publish/books/plan_space.py``
- what cities and nation owe of a plan, how cash covers debt, foreign debt by draws: ``plan_debt.py`` (of
  a plan), ``liabilities.py``, ``debt.py``, ``currency_risk.py``; said on pages:
  ``web/views/plans/owed.py``, in the workbook: ``publish/books/plan_owed.py``
- what money of a plan is signed: ``signed_money.py``; the money of agreements:
  ``pilot/contracts/agreements.py``, checked in ``pilot/contracts/agreement_checks.py``, read in
  ``programme/cases/contracts.py``
- the largest share (ceiling) that a private partner, or any fund, pays of a project: ``share_max`` of
  ``data/funds/funds.csv``, kept by ``fund_share`` of ``plan/rules/funds.py``, checked again in
  ``plan/verify/money.py``; no form, interest or agreement is refused for it
- what a project earns: rates, values at several rates, cover by year: ``project_returns.py``; on the
  sheet: ``market/sheets.py``
- amounts over years that are not added unless currency and prices are the same: ``prices.py``
- a line of a project's cash flow: ``cash_flow.py``; a plan's: ``of_plan.py``
- what is said of what projects cost, are worth and earn: ``appraisal.py``; what a gain costs:
  ``effectiveness.py``; bands and tornado: ``draws.py``; rates, horizon, correlation: ``appraisal.*`` in
  ``data/rules/assumptions.csv``
- how rates of return are found: ``internal_rates.py`` and ``flow_roots.py``, judged by
  ``bench/finance.py``
"""

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
