"""Results: what the stages of a programme returned, and what can be asked of it; figures, no dossiers.

Scores, outlook, plans and their alternatives, people who are needed, households, stated claims, and
``doctor``: what is missing for a stage. Not here: money (``programme/money``); what became of plans
(``programme/cases/track.py``).

Where to change what:

- how plans are made, kept by name and compared: ``plans.py``; why a solution is, or is not, in the adopted
  plan: ``plan_reasons.py`` (what is said of it: ``plan/why``)
"""
