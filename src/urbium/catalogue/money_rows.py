"""How a table row becomes a record of money: what a solution brings in, and what money costs."""

from urbium.catalogue.rows import Shape
from urbium.model import Inflow

__all__ = ["inflow"]

inflow = Shape(
    Inflow,
    columns={"solution": "solution_code", "evidence": "evidence_level", "sources": "source_id"},
    optional=frozenset({"years", "overlap", "same_effects", "barred", "note"}),
)
"""What a solution brings in or saves."""
