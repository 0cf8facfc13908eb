"""Spending: what becomes of planned money: tendered, contracted, done, spent; and what a place ever spent.

Where to change what:

- what share of planned money is spent; more than a city ever spent: ``absorption.py``, ``stretch.py``;
  what is read for it: ``programme/money/spending.py``
"""

from urbium.finance.spending.absorption import Absorption, learn_absorption
from urbium.finance.spending.fiscal import FISCAL, fiscal_history
from urbium.finance.spending.history import (
    HISTORY,
    REPORTED,
    STAGES,
    by_stage,
    check_history,
    history_of_reports,
    read_history,
)
from urbium.finance.spending.stretch import STRETCH, stretched

__all__ = [
    "FISCAL", "HISTORY", "REPORTED", "STAGES", "STRETCH", "Absorption", "by_stage", "check_history",
    "fiscal_history", "history_of_reports", "learn_absorption", "read_history", "stretched",
]  # fmt: skip
