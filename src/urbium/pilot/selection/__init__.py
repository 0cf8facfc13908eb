"""Selection: who judges which application, how far judges agree, the order, and the choice by quota.

Where to change what:

- who judges what; agreement, ranking, selection: ``assignment.py``, ``reliability.py``, ``ranking.py``,
  ``selection.py``; conflicts of interest: ``reviewing.py``, found by
  ``programme/cases/rules/review_rules.py``
"""
