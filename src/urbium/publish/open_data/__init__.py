"""Open data: publications in the formats of others, each a small writer over one record.

Where to change what:

- a column or table of what is published; a format of it: ``record.py``; its row in ``formats.py``, its
  writer beside it
- what of OC4IDS is refused: ``oc4ids.py`` (``faults_of``)
"""

from urbium.publish.open_data.formats import FORMATS, Format, Packed, chosen, missing, packed, unpacked
from urbium.publish.open_data.record import PUBLIC_STATUSES, TABLES, OpenData, empty

__all__ = [
    "FORMATS", "PUBLIC_STATUSES", "TABLES", "Format", "OpenData", "Packed", "chosen", "empty", "missing",
    "packed", "unpacked",
]  # fmt: skip
