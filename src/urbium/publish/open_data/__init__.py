"""Open data: publications in the formats of others, each a small writer over one record."""

from urbium.publish.open_data.formats import FORMATS, Format, Packed, packed, unpacked
from urbium.publish.open_data.record import PUBLIC_STATUSES, TABLES, OpenData

__all__ = ["FORMATS", "PUBLIC_STATUSES", "TABLES", "Format", "OpenData", "Packed", "packed", "unpacked"]
