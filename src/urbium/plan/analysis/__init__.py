"""What a best plan alone does not say: alternatives, trade-offs, risk, replanning, prices, delay.

Where to change what:

- what stays when a plan is solved again: ``replanning.py``, ``remaining.py``, ``actuals.py``
"""
