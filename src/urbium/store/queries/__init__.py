"""Queries: statements that read figures, entities and dossiers.

They are made here and run where the store is: ``store/database.py``.

Where to change what:

- how SQLite and PostgreSQL differ: connections, locks, transactions: ``query.py``; placeholders and upserts:
  ``query_context.py`` (``_placed``, ``_putting``); types and keys: ``store/schema.py``; which error means
  what: ``store/database.py``; tests on both: CONTRIBUTING, "Change what is stored"
"""
