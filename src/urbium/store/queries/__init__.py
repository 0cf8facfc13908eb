"""Queries: statements that read figures, entities and dossiers.

They are made here and run where the store is: ``store/database.py``.
"""
