"""What a best plan alone does not say: alternatives, trade-offs, risk, replanning, prices, delay.

Where to change what:

- how far the outcome may lie from the plan: ``ranges.py``; how effects, costs and needs are drawn:
  ``draws.py`` (``at_quantiles``), also for ``robust.py`` and ``surveys.py``; money:
  ``finance/draws.py``; people: ``talent/shortage.py``
- what stays when a plan is solved again: ``replanning.py``, ``remaining.py``, ``actuals.py``
"""
