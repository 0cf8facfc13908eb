"""Findings: what was found in a file of figures, as a page tells it: each cause once, with its count.

What is advised can be done on the page: neither options of the command nor mapping files are named.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from urbium.errors import Fault, by_kind, fault_kind
from urbium.text.advice import on_page

if TYPE_CHECKING:
    from urbium.programme import Reading

_PLACES: Final = 3
_RANK: Final = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause of findings.

    Parameters
    ----------
    severity, message, remedy : as of its first fault
    cities : the names of the cities that it is found in, at most three
    places : sheet and cell of the first three
    more : how many others there are
    """

    severity: str
    message: str
    remedy: str
    cities: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    more: int


def findings_of(reading: "Reading", names: Mapping[str, str]) -> list[Finding]:
    """Return the findings of a file by cause, gravest first; ``names`` are those of the cities by code."""
    faults = sorted(reading.faults, key=lambda fault: _RANK[fault.severity])
    groups = by_kind(faults, fault_kind)
    return [_finding(group, names) for group in groups]


def _finding(group: list[Fault], names: Mapping[str, str]) -> Finding:
    first = group[0]
    cities = dict.fromkeys(names.get(one.city, one.city) for one in group if one.city)
    return Finding(
        first.severity,
        first.message,
        on_page(first.remedy),
        tuple(cities)[:_PLACES],
        tuple((one.sheet, one.cell) for one in group[:_PLACES]),
        len(group) - _PLACES if len(group) > _PLACES else 0,
    )
