"""Observations: which figure of a place and year is in force, and why others are not.

Where to change what:

- which variable counts people, revenue, shares; what a stage needs: roles: ``data/rules/roles.csv``,
  ``role_kinds.csv``, ``stage_needs.csv``; ``roles.py``, ``programme/results/doctor.py``
- which figure counts; a variable's sources in order of trust: ``in_force.py``; an optional column
  ``source_priority`` (``a;b``) of ``data/variables/*.csv``
- which places exist in a year, so that one that began later or has ended is not ranked, forecast or planned:
  ``valid_from``, ``valid_to`` of the register, ``validity.py``, asked by ``Register.cities`` of
  ``programme/base/register.py``; there is no other membership of a programme; ADR 0037
- which figures were corrected, by their source or by another, and what counted before: ``corrections.py``
"""
