"""Selection: who judges which application, how far judges agree, the order, and the choice by quota.

Where to change what:

- who judges what; agreement, ranking, selection: ``assignment.py``, ``reliability.py``, ``ranking.py``,
  ``selection.py``; conflicts of interest: ``reviewing.py``, found by
  ``programme/cases/rules/review_rules.py``
- which ranking counts: the column ``ranking`` of ``data/rulesets/sets.csv``, obeyed in
  ``programme/cases/rules/judging.py`` (its ``_means`` feeds the other weightings); what experts are told of
  it: ``of_points`` of ``web/templates/desk_case.html``
"""
