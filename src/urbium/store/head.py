"""Head: the last entry of an audit log, by which a log that was written anew is told from the one it was.

Whoever can write the file can seal a whole chain anew. Only what was kept elsewhere shows it: an entry of the
number of a kept head must have the hash of that head.
"""

from dataclasses import dataclass
from datetime import datetime

from urbium.store.audit_log import instant


@dataclass(frozen=True, slots=True)
class Head:
    """Number, instant (microseconds since 1970, UTC) and hash (sha256) of the last entry of a log."""

    seq: int
    at: int
    hash: str

    @property
    def instant(self) -> datetime:
        """When the entry was written, as it says."""
        return instant(self.at)
