"""Pressure: what people need of each service against what there is, and when it runs short.

Where to change what:

- the year in which a service runs short: ``service_verdict.py``; its norm in ``data/``
"""
