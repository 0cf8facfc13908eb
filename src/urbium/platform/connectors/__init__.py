"""Connectors: one file a kind of source, each from what a source sends to entities of NGSI-LD."""
