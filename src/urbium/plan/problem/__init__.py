"""The problem as data: the tables of a roadmap, their checks, and the files they come in.

Where to change what:

- until when what a plan begins may be completed: assumption ``plan.ends_after``; setting ``ends_after``
  of a roadmap (``Roadmap.last_start``), checked in ``plan/verify/choices.py``; budgets of those years:
  ``plan/inputs/budgets.py``; said: ``plan/result/late.py``
- a column of a roadmap's table: a row of ``data/roadmap/columns.csv``; what it means in the model: the
  rule's file
- how much unspent budget is carried over to the next year: ``carry_over`` of ``Settings``
  (``tables.py``): nothing, in what ``plan/inputs`` makes
"""
