"""The context store of a place: its things as entities with attributes, now and over time (NGSI-LD)."""

from urbium.platform.context.context import Batch, Context, Query, TooManyError

__all__ = ["Batch", "Context", "Query", "TooManyError"]
