"""Selection: who judges which application, how far judges agree, the order, and the choice by quota.

Where to change what:

- who judges what: ``assignment.py``; the ranking: ``ranking.py``; the selection, and what equal points
  (a tie) mean at the limit of a quota: ``selection.py``
- what becomes of experts who disagree: nothing is left out, the mean, raw or without their severity, is
  ``standings`` of ``ranking.py``; how far they agree: ``reliability.py``, marked by ``web/desk/standing.py``
- a conflict of interest: found by ``reviewing.py`` through ``programme/cases/rules/review_rules.py`` (when
  asked, accepted, handed in); declared by the step ``decline`` of ``data/rules/steps.csv``
- which ranking counts: the column ``ranking`` of ``data/rulesets/sets.csv``, obeyed in
  ``programme/cases/rules/judging.py`` (its ``_means`` feeds the other weightings); what experts are told of
  it: ``of_points`` of ``web/templates/desk_case.html``
"""
