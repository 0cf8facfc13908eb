"""Tables: how rows of a catalogue are read, packaged and own, laid over each other, and become records.

Where to change what:

- a table of the catalogue, what is checked of its rows: ``data/catalogue_tables.csv``,
  rows of ``data/rules/values.csv`` (bounds, words), ``catalogue/checks/references.py`` (references); what
  its columns hold: ``data/catalogue_starter.csv``
- the cost, staff or effect of a solution: ``data/solutions/*.csv`` (``solutions``, ``skills``, effects);
  what a cost is counted in: ``composed.py``, its amount in a city: ``plan/inputs/costs.py``; the
  project made of it: ``plan/inputs/candidate_projects.py``; people and budgets of the city:
  ``plan/inputs/sizes.py``
"""
