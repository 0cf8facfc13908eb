"""Open data: publications in the formats of others, each a small writer over one record."""

from urbium.publish.open_data.formats import FORMATS, Format, Packed, chosen, missing, packed, unpacked
from urbium.publish.open_data.record import PUBLIC_STATUSES, TABLES, OpenData, empty

__all__ = [
    "FORMATS", "PUBLIC_STATUSES", "TABLES", "Format", "OpenData", "Packed", "chosen", "empty", "missing",
    "packed", "unpacked",
]  # fmt: skip
