"""Open data: publications in the formats of others, each a small writer over one record.

Where to change what:

- a column or table of what is published: ``data/open_tables.csv``, the allow-list that ``record.py`` reads;
  a format of it: its row in ``formats.py``, its writer beside it
- by which property of DCAT a publication is described: ``dcat.py``, held against ``SHAPES`` of
  ``tests/publish/open_data/test_round_trips.py``; a resource of a city: ``platform/dcat.py``
- what of OC4IDS is refused: ``oc4ids.py`` (``faults_of``)
- the properties of a place or project on the maps of others (OGC API Features): ``flat.py``
- what changed between two publications: ``changes.py``
- what is kept of a publication, and how it is read again: ``canonical.py``
"""

from urbium.publish.open_data.canonical import PACKAGE, read
from urbium.publish.open_data.changes import changed_rows, counts
from urbium.publish.open_data.formats import FORMATS, Format, Packed, chosen, made, missing, packed, unpacked
from urbium.publish.open_data.record import (
    PUBLIC_STATUSES,
    TABLES,
    OpenData,
    digest_of,
    empty,
    table_of,
    units_of,
)

__all__ = [
    "FORMATS", "PACKAGE", "PUBLIC_STATUSES", "TABLES", "Format", "OpenData", "Packed", "changed_rows",
    "chosen", "counts", "digest_of", "empty", "made", "missing", "packed", "read", "table_of", "units_of",
    "unpacked",
]  # fmt: skip
