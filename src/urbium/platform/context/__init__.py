"""The context store of a place: its things as entities with attributes, now and over time (NGSI-LD)."""

from urbium.platform.context.context import Batch, Context, TooManyError, rebuild_index
from urbium.platform.context.query import Query

__all__ = ["Batch", "Context", "Query", "TooManyError", "rebuild_index"]
