"""Context: the things of places as they are stored: what they are like now, and what they were.

Where to change what:

- how entities are written and found: ``entities.py``; the SQL of it: ``store/queries/query_context.py``
- how their past is read, packed by the day and thinned: ``past.py``; what a packed day looks like:
  ``blocks.py``; how long it is kept: ``data/rules/live_retention.csv``
- the numbers of names: ``words.py``
"""
