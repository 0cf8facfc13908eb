"""Alarms: what is to be looked at in the reports of a pilot, each with its reason.

Where to change what:

- when something in a pilot raises an alarm: thresholds: ``data/rulesets/alarms.csv``; what is looked for:
  ``alarm_money.py``, ``alarm_figures.py``, each named in ``_LOOKS`` of ``alarms.py``; what it reads:
  ``programme/cases/rules/contract_cases.py``
"""
