"""Reasons: what a person reads of a figure that is in force, and of one that is not."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from urbium.model import Quality, Status
from urbium.observations.in_force import Ground
from urbium.packaged import words_of
from urbium.text import Text, coded

GRADES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        **{quality.value: quality.label for quality in Quality},
        Status.REPORTED.value: coded("observations.status.reported", "reported"),
        Status.SUSPECT.value: coded("observations.status.suspect", "suspect"),
        Status.ACCEPTED.value: coded("observations.status.accepted", "accepted"),
        Status.PROJECTED.value: coded("observations.status.projected", "projected"),
        Status.REJECTED.value: coded("observations.status.rejected", "rejected"),
    }
)
"""What the quality grades and states of figures are called."""


def graded(status: str | None, quality: str | None) -> Text:
    """Return the state and the quality grade of a figure in words; a code that is not declared stays.

    >>> graded("reported", "not graded")
    'reported, not graded (source states no quality)'
    """
    given = {
        "status": GRADES.get(status or "", status or ""),
        "quality": GRADES.get(quality or "", quality or ""),
    }
    if status and quality:
        return coded("observations.graded", "{status}, {quality}", **given)
    return coded("observations.graded.one", "{status}{quality}", **given)


NOT_IN_FORCE: Final = words_of("ground")
"""Why a figure is not in force, by its ground."""


def reason_in_force(row: Mapping[str, Any]) -> str:
    """Return why a figure that ``decide`` looked at is in force, or is not; nothing where it is the only one.

    >>> reason_in_force({"is_in_force": True, "ground": "grade", "rivals": 2, "quality": "measured"})
    '2 figures for this place and year; the one graded measured is used'
    """
    ground = row.get("ground")
    if ground is None or ground == Ground.ONLY:
        return ""
    return _chosen(row) if row.get("is_in_force") else NOT_IN_FORCE[ground]


def _chosen(row: Mapping[str, Any]) -> str:
    count = row["rivals"]
    match row["ground"]:
        case Ground.AGREED:
            return coded(
                "observations.in_force.agreed",
                "{count} figures for this place and year, all the same",
                count=count,
            )
        case Ground.STATUS:
            return coded(
                "observations.in_force.status",
                "{count} figures for this place and year; the one that was reported or accepted is used",
                count=count,
            )
        case Ground.PRIORITY:
            return coded(
                "observations.in_force.priority",
                "{count} figures for this place and year; the one from {source} is used by declared priority",
                count=count,
                source=row["source"] or "",
            )
        case Ground.GRADE:
            return coded(
                "observations.in_force.grade",
                "{count} figures for this place and year; the one graded {grade} is used",
                count=count,
                grade=row["quality"] or "",
            )
        case Ground.RECORDED:
            return coded(
                "observations.in_force.recorded",
                "{count} figures for this place and year; the one recorded last is used",
                count=count,
            )
        case _:
            return coded(
                "observations.in_force.name",
                "{count} figures for this place and year, equally good; the one whose source comes "
                "first by name is used",
                count=count,
            )
