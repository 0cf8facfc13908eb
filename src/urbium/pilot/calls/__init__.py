"""Calls: rounds with their sets of rules, the forms that they ask, and what an application holds and lacks.

Judging stands in ``pilot/selection``; what a round does in a programme in ``programme/cases``.

Where to change what:

- what a round asks: documents, questions, criteria, words: a row of ``data/rulesets``
  (``questions.csv``, ``documents.csv``, ``criteria.csv``, ``words.csv``); types and calculations of
  answers: ``forms.py``
- until when applications are taken (a returned one may come later): ``closed_because`` of ``calls.py``; which
  steps are refused then: ``_of_round`` of ``programme/cases/rules/application_rules.py``
- what is checked of an application, and of which facts: ``completeness.py``; when, and where the facts
  are from: ``programme/cases/rules/application_rules.py``
"""
