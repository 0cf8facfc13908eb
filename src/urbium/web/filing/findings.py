"""Findings: what was found in a file of figures, as a page tells it: each cause once, with its count.

What is advised can be done on the page: neither options of the command nor mapping files are named.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from urbium.errors import Fault, by_kind, code_of, fault_kind
from urbium.text import text

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
        _on_a_page(first.remedy),
        tuple(cities)[:_PLACES],
        tuple((one.sheet, one.cell) for one in group[:_PLACES]),
        len(group) - _PLACES if len(group) > _PLACES else 0,
    )


def _on_a_page(remedy: str) -> str:  # noqa: PLR0911 - one sentence for each
    """Return what can be done by who sends a file on a page, where the command has other ways, too."""
    match code_of(remedy):
        case "sources.future.remedy":
            return text('if these are projections, write "projected" in a column status')
        case "sources.quality.not_given.remedy":
            return text("add a column quality, if their quality is known")
        case "sources.key.nowhere.remedy":
            return text("add a column {name!r}", name=remedy.parameters["name"])  # type: ignore[attr-defined]
        case "sources.key.nowhere.source.remedy":
            return text("add a column 'source_id', or choose a source next to the file")
        case "sources.city.other_name.remedy":
            return text("correct the code or the name")
        case "sources.row.unread.remedy":
            return text("no action is needed if they are notes")
        case "sources.sheet.no_headings.remedy":
            return text("correct its headings, or move the sheet to its own file")
    return remedy
