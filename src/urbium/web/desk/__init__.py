"""Desk: the pages on which people work: what waits for them, forms, files, contracts, data rooms, long work.

What a dossier holds stands in ``pilot``, who may do what in ``programme/cases``.
"""
