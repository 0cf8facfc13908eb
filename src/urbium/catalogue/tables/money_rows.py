"""How a table row becomes a record of money: what a solution brings in, and what money costs."""

from urbium.catalogue.tables.rows import Shape
from urbium.model import ForeignLimit, Inflow, Instrument, InstrumentTerm

inflow = Shape(
    Inflow,
    columns={"solution": "solution_code", "evidence": "evidence_level", "sources": "source_id"},
    optional=frozenset({"years", "overlap", "same_effects", "barred", "note"}),
)

instrument = Shape(Instrument, optional=frozenset({"sectors", "standards", "people_min", "note"}))

instrument_term = Shape(
    InstrumentTerm,
    columns={"sources": "source"},
    optional=frozenset({"currency", "year", "place", "note"}),
)

foreign_limit = Shape(ForeignLimit, optional=frozenset({"people_min", "note"}))
