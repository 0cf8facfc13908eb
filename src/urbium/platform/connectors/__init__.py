"""Connectors: one file a kind of source, each from what a source sends to entities of NGSI-LD.

Where to change what:

- a kind of source of live values: its function in ``platform/connectors/``, its row in ``registry.py``
"""
