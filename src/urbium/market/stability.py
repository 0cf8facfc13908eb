"""Stability: whether shortlists leave a project and a mandate that would rather have each other.

The check is written apart from what makes the shortlists (:mod:`urbium.market.seats`) and shares no
function with it: it compares scores and codes as they stand in the pairs.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from urbium.market.seats import Pairs


@dataclass(frozen=True, slots=True)
class SeatCheck:
    """What the check of shortlists found.

    Parameters
    ----------
    blocking : project and mandate codes of the pairs that would both gain by each other
    overfull : codes whose shortlist holds more than its seats
    """

    blocking: tuple[tuple[str, str], ...]
    overfull: tuple[str, ...]

    @property
    def is_stable(self) -> bool:
        """Whether no shortlist is overfull, and no pair would gain by leaving it."""
        return not self.blocking and not self.overfull


def check_seats(pairs: "Pairs", has_seat: "npt.NDArray[np.bool_]") -> SeatCheck:
    """Check shortlists by looking at every pair once.

    A pair without a seat blocks when its project has a free seat or likes the mandate better than the least
    liked one on its shortlist, and the same holds for the mandate.

    Parameters
    ----------
    pairs : who accepts whom
    has_seat : (K,) which pairs have a seat
    """
    project_side: dict[int, list[tuple[float, str]]] = {}
    mandate_side: dict[int, list[tuple[float, str]]] = {}
    entries = list(
        zip(
            pairs.project.tolist(),
            pairs.mandate.tolist(),
            (-pairs.liking).tolist(),
            (-pairs.interest).tolist(),
            has_seat.tolist(),
            strict=True,
        )
    )
    for project, mandate, dislike, disinterest, is_seated in entries:
        if is_seated:
            project_side.setdefault(project, []).append((dislike, pairs.mandates[mandate]))
            mandate_side.setdefault(mandate, []).append((disinterest, pairs.projects[project]))
    worst_mandate = _thresholds(project_side, pairs.project_seats.tolist())
    worst_project = _thresholds(mandate_side, pairs.mandate_seats.tolist())
    blocking = [
        (pairs.projects[project], pairs.mandates[mandate])
        for project, mandate, dislike, disinterest, is_seated in entries
        if not is_seated
        and _would(worst_mandate[project], (dislike, pairs.mandates[mandate]))
        and _would(worst_project[mandate], (disinterest, pairs.projects[project]))
    ]
    overfull = [
        codes[at]
        for codes, side, seats in (
            (pairs.projects, project_side, pairs.project_seats.tolist()),
            (pairs.mandates, mandate_side, pairs.mandate_seats.tolist()),
        )
        for at, shortlist in side.items()
        if len(shortlist) > seats[at]
    ]
    return SeatCheck(tuple(blocking), tuple(overfull))


_Choice = tuple[float, str]


def _thresholds(side: dict[int, list[_Choice]], seats: list[int]) -> list[_Choice | bool]:
    """Return the worst choice on each shortlist; true where a seat is free, false where there is none."""
    return [
        True if len(side.get(at, ())) < count else (max(side[at]) if side.get(at) else False)
        for at, count in enumerate(seats)
    ]


def _would(threshold: _Choice | bool, choice: _Choice) -> bool:
    """Say whether a choice would be taken over the worst one that is held."""
    return threshold if isinstance(threshold, bool) else choice < threshold
